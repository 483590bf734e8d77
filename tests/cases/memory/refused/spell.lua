-- What is wrong with a call, and what is not there yet, is said in one line.
local told = {}
local function refused(work, ...)
  local ok, failure = pcall(work, ...)
  assert(not ok)
  local code = type(failure) ~= "string" and failure.code or "script"
  local message = type(failure) ~= "string" and failure.message or failure
  told[#told + 1] = code .. ": " .. message:gsub("^spell.lua:%d+: ", "")
end
refused(Memory.add, nil, "user", ("x"):rep(16385))
refused(Memory.add, nil, "user", "x", { m = ("x"):rep(5000) })
refused(Memory.add, "no", "user", "x")
refused(Memory.recent, nil, { limit = 0 })
refused(Memory.recent, nil, { lim = 1 })
refused(Memory.semantic.query, true)
refused(Context.assemble, "x", "sematic", 10)
refused(Context.assemble, { query = "x" })
refused(Agent.create, { model = "openai/gpt-4o", memory = true })
refused(Agent.create, { name = "a", model = "openai/gpt-4o", memory = "" })
refused(Agent.create, { name = "a", model = "openai/gpt-4o", memory = true, stateless = true })
Session.create({ id = "s" })
Session.suspend("s")
refused(Memory.add, "s", "user", "x")
return told

-- What is wrong with a call is said in one line.
local told = {}
local function refused(work, ...)
  local ok, failure = pcall(work, ...)
  assert(not ok)
  local code = type(failure) ~= "string" and failure.code or "script"
  local message = type(failure) ~= "string" and failure.message or failure
  told[#told + 1] = code .. ": " .. message:gsub("^spell.lua:%d+: ", "")
end
refused(Session.create, { id = "" })
refused(Session.create, { id = "global" })
refused(Session.create, { id = "*" })
refused(Session.create, { id = ("s"):rep(129) })
refused(Session.create, { nam = "x" })
refused(Session.create, { parent = "no" })
refused(Session.create, { tags = { ("t"):rep(101) } })
refused(Session.create, { metadata = 1 })
refused(Session.create, { metadata = { x = ("m"):rep(70000) } })
Session.create({ id = "s\0: ../" })
refused(Session.create, { id = "s\0: ../" })
refused(Session.get)
refused(Session.set_current, "no")
refused(Session.load, "no")
refused(Session.update, "no", { name = "x" })
refused(Session.resume, "s\0: ../")
refused(Session.list, { status = "actve" })
refused(Session.suspend, {})
return told

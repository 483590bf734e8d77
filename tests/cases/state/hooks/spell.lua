-- Functions that are asked before and after the store is read or written, and what they may do.
local seen = {}
local function why(call, ...)
  local ok, problem = pcall(call, ...)
  return ok and (problem == nil and "nil" or problem) or problem.code .. ": " .. problem.message
end
local function with(point, answer, main)
  local hook = Hook.register(point, function(context)
    seen[#seen + 1] = { context.point, context.component_id.name, context.scope or "-", context.key or "-", context.operation or "-",
      context.data == nil and "nil" or context.data }
    if type(answer) == "function" then return answer(context) end
    return answer
  end)
  local outcome = main()
  seen[#seen + 1] = outcome
  hook.unregister()
end

with("state:before_write", { type = "modified", data = { rewritten = true } }, function()
  State.save("s", "a", 1)
  return State.load("s", "a")
end)
with("BeforeStateWrite", "skip", function()
  State.save("s", "a", 2)
  return { State.load("s", "a"), State.delete("s", "a"), State.exists("s", "a") }
end)
with("state:s:before_write", { type = "cancel", reason = "read only" }, function()
  return { why(State.save, "s", "a", 2), why(State.delete, "s", "a"), why(State.increment, "s", "n"), State.save("other", "a", 2) }
end)
with("state:before_write", function(context) return { type = "modified", data = (context.data or 0) + 1 } end, function()
  return { State.increment("s", "n", 10), why(State.delete, "s", "n"), why(State.clear, "s") }
end)
with("state:after_write", "whatever it says", function() return State.save("s", "b", 3) end)
with("state:before_read", function(context)
  if context.key == "alias" then return { type = "modified", data = { scope = "s", key = "b" } } end
  if context.key == "secret" then return false end
  if context.key == "made up" then return { type = "replace", data = "by a hook" } end
  if context.key == "bad" then return { type = "modified", data = { scope = "s" } } end
end, function()
  return { State.load("s", "alias"), why(State.load, "s", "secret"), State.load("s", "made up"), why(State.load, "s", "bad"), State.load("s", "b") }
end)
with("AfterStateRead", function(context)
  if context.key == "none" then return { type = "modified", data = "instead" } end
  if context.key == "b" then return { type = "modified", data = context.data * 2 } end
  if context.key == "n" then return "skip" end
end, function() return { State.load("s", "b"), State.load("s", "none"), State.load("s", "n", "left out"), State.load("other", "a") } end)

-- A commit asks about each of its changes, and what is left out does not hold up the rest.
with("state:before_write", function(context) if context.key == "y" then return "skip" end end, function()
  return State.commit({ { op = "save", scope = "c", key = "x", value = 1 }, { op = "save", scope = "c", key = "y", value = 1 }, { op = "increment", scope = "c", key = "z" },
    { op = "check", scope = "c", key = "none", if_absent = true } }).changes
end)
-- At a conflict: tried again, until the value of the other writer has expired.
State.save("c", "x", "theirs", { ttl_ms = 12 })
with("state:conflict", { type = "retry", delay_ms = 5, max_attempts = 10 }, function() return State.save("c", "x", "mine", { if_absent = true }) end)
with("state:conflict", { type = "retry", delay_ms = 5, max_attempts = 2 }, function() return why(State.save, "c", "x", 1, { if_absent = true }) end)
with("StateConflict", nil, function() return why(State.save, "c", "x", 1, { if_version = 1 }) end)
with("state:conflict", { type = "cancel", reason = "give up" }, function() return why(State.save, "c", "x", 1, { if_version = 1 }) end)
-- Migrations.
with("state:migration", function(context) if context.data.to_version == 2 then return { type = "cancel", reason = "not now" } end end, function()
  return { why(State.migrate, { from_version = 1, to_version = 2 }), State.migrate({ from_version = 1, to_version = 3, scope = "c" }).applied }
end)
return seen

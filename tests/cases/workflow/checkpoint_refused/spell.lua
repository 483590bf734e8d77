-- What is not the same execution is refused, and so is what is no id; a step that may have run says so.
local function flow(word, name)
  return Workflow.sequential{name = name or "flow", steps = {{name = "a", handler = function() return word end}, {name = "b", tool = "calculator", input = {input = word}}}}
end
local function why(main)
  local ok, problem = pcall(main)
  return ok or {problem.code, problem.message}
end
local stopped
stopped = Workflow.sequential{name = "stopped", steps = {{name = "s", handler = function() stopped:cancel() util.sleep(1000) end}}}
local half = Workflow.sequential{name = "half", steps = {{name = "one", handler = function() return 1 end}, {name = "two", handler = function() if params.first then os.exit(0) end return 2 end}}}
if params.first then
  flow("1"):execute("x", {checkpoint = "kept"})
  pcall(stopped.execute, stopped, nil, {checkpoint = "stopped"})
  half:execute(nil, {checkpoint = "half"})
end
local rest = half:execute(nil, {checkpoint_id = "half"})
return {
  why(function() return flow("2"):execute("x", {checkpoint = "kept"}) end), why(function() return flow("1", "other"):execute("x", {checkpoint = "kept"}) end),
  why(function() return flow("1"):execute("y", {checkpoint = "kept"}) end), flow("1"):execute("x", {checkpoint = "kept"}).output.result,
  why(function() return stopped:execute(nil, {checkpoint = "stopped"}) end), rest.output, rest.steps.one.attempts, rest.steps.two.attempts,
  why(function() return flow("1"):execute("x", {checkpoint = ""}) end), why(function() return flow("1"):execute("x", {checkpoint = "a b"}) end),
  why(function() return flow("1"):execute("x", {checkpoint = ("x"):rep(129)}) end)[1], why(function() return flow("1"):execute("x", {checkpoint = true}) end) ~= true,
  why(function() return State.load("checkpoint:kept", "x") end), #State.list_keys("checkpoint:kept"),
}

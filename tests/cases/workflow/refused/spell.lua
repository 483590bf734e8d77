-- What is not understood is refused in one line that says where, and what was meant.
local function step() return {name = "s", handler = function() end} end
local function why(definition, pattern)
  local ok, problem = pcall(Workflow[pattern or "sequential"], definition)
  return ok and "accepted" or (tostring(problem):gsub("^.-:%d+: ", ""):gsub("^invalid: ", ""))
end
local function has(text, part) return text:find(part, 1, true) and true or text end
local all = {
  has(why{step = {step()}, steps = {step()}}, "there is no option 'step'; did you mean 'steps'?"),
  has(why{steps = {{name = "s", tols = "x"}}}, "step 's': there is no option 'tols'; did you mean 'tool'?"),
  has(why{steps = {{name = "s"}}}, "step 's' says nothing to do"),
  has(why{steps = {{}}}, "step 'step1' says nothing to do"),
  has(why{steps = {{name = "s", tool = "x", handler = function() end}}}, "step 's' is both function and tool"),
  has(why{steps = {{name = "s", type = "agnt", agent = "x"}}}, "there is no type 'agnt'; did you mean 'agent'?"),
  has(why{steps = {{name = "s", template_id = {}}}}, "template must be a text"),
  has(why{steps = {{name = "s", handler = "text"}}}, "handler must be a function"),
  has(why{steps = {{name = "s", handler = function() end, retry = {max_attempt = 3}}}}, "did you mean 'max_attempts'?"),
  has(why({condition = {type = "shared_data_equal", key = "k"}, ["then"] = {step()}}, "conditional"), "did you mean 'shared_data_equals'?"),
  has(why{error_strategy = "contine", steps = {step()}}, "did you mean 'continue'?"),
  has(why({range = {1, 2}, steps = {step()}}), "a sequential workflow has no 'range'"),
  has(why({iterator = {ranges = {1, 2}}, body = {step()}}, "loop"), "did you mean 'range'?"),
  has(why{steps = {step(), step()}}, "another step 's'"),
  has(why{steps = {{name = "s", workflow = "nowhere"}}}, "there is no workflow 'nowhere'"),
  has(why{steps = {{name = "s", handler = function() end, on_error = "later"}}}, "'later'"),
  has(why{max_concurrency = 3, steps = {step()}}, "max_concurrency"),
}
local flow = Workflow.sequential{steps = {step()}}
local ok, problem = pcall(function() flow:exekute() end)
all[#all + 1] = has(tostring(problem), "did you mean 'execute'?")
ok, problem = pcall(function() flow:execute("x", {chekpoint = 1}) end)
all[#all + 1] = has(tostring(problem), "there is no option 'chekpoint'; did you mean 'checkpoint'?")
return all

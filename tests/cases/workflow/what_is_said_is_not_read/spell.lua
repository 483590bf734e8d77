-- What a model or a tool says is never read for references, and what a reference to a missing step does.
Tool.register{name = "echo", execute = function(input) return input.text end}
local flow = Workflow.sequential{steps = {
  {name = "model", llm = "test", prompt = "Say it"},
  {name = "tool", tool = "echo", input = {text = "$model.output"}},
  {name = "again", tool = "echo", input = {text = "It said: {{tool.output}}"}},
}}
local result = flow:execute{secret = "hidden", input = "x"}
local ok, why = pcall(Workflow.sequential, {steps = {
  {name = "one", tool = "echo", input = {text = "a"}}, {name = "two", tool = "echo", input = {text = "{{step:on:output}}"}},
}})
local text = ok and "" or tostring(why)
if ok then
  ok, why = pcall(function() return Workflow.get("x") end)
end
return {result.output, text:find("on", 1, true) ~= nil and text:find("one", 1, true) ~= nil}

-- Steps are standard tools by any of their names; one that can't do its work fails.
local flow = Workflow.sequential{ name = "sums", steps = {
  { name = "id", tool = "uuid_generator", input = { operation = "deterministic", namespace = "dns", name = "example.com" } },
  { name = "sum", tool = "math_calculator", input = { expression = "{{first}} * 2" } },
  { name = "text", tool = "template_engine", input = { template = "{{who}}: {{n}}", variables = { who = "sum", n = "{{step:sum:output.result.result}}" } } },
} }
local done = flow:execute({ first = 21 })
local ok, failure = pcall(function()
  return Workflow.sequential{ steps = { { name = "bad", tool = "calculator", input = { expression = "1 +" } } } }:execute()
end)
return { done.outputs.id.result.uuid, done.outputs.sum.result.result, done.outputs.text.result.rendered, ok, failure.message }

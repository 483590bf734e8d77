-- Drawn from the definition, and after an execution with what became of the steps.
local flow = Workflow.sequential{name = "research", steps = {
  {name = "search", tool = "echo", input = {text = "$input"}},
  {name = "check", type = "conditional", branches = {{name = "long", condition = "$input == tides", steps = {{name = "cut", handler = function() return 1 end}}}},
    otherwise = {{name = "keep", handler = function() return 2 end}}},
  {name = "rounds", type = "loop", range = {start = 0, ["end"] = 3}, body = {{name = "ask", llm = "test", prompt = "Again {{loop:index}}"}}},
  {name = "both", type = "parallel", branches = {{name = "a", steps = {function() return "a" end}}, {name = "b", required = false, steps = {function() error("no") end}}}},
  {name = "last", handler = function() return "done" end, when = "$state.n == 1", retry = 2},
}}
Tool.register{name = "echo", execute = function(input) return input.text end}
local before = flow:diagram()
flow:execute("tides")
local after, svg = flow:diagram{format = "mermaid"}, flow:diagram{format = "svg"}
local graph = Workflow.dag{name = "graph", steps = {{name = "c", depends_on = {"a", "b"}, handler = print}, {name = "b", handler = print}, {name = "a", handler = print}}}
local ok, why = pcall(flow.diagram, flow, {format = "png"})
local id = zigllms.workflow.create{name = "z", steps = {{name = "one", type = "custom", execute = print}}}
return {
  before = before, after = after, graph = graph:diagram(), svg = svg:sub(1, 5), states = select(2, svg:gsub("completed", "")) > 3,
  times = svg:find("3 times", 1, true) ~= nil, tokens = svg:find(" tokens", 1, true) ~= nil, skipped = svg:find("skipped", 1, true) ~= nil,
  failed = svg:find("failed", 1, true) ~= nil, refused = why.code, z = zigllms.workflow.diagram(id),
}

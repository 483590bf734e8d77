-- How an agent is given tools, and an agent as the tool of another.
local function double(arguments) return {n = arguments.n * 2} end
local number = {type = "object", properties = {n = {type = "integer"}}, required = {"n"}}
Tool.register{name = "by-name", parameters = number, execute = double}
local builder = Agent.builder():name("b"):model("m"):allow_tool("by_name"):allowed_tools{{name = "inline", parameters = number, execute = double}}
local agent = builder:build()
assert(agent:run("builder", {tool_choice = "inline"}).text == "built")
assert(#agent:discover_tools() == 2)
local ok, why = pcall(agent.run, agent, "x", {tool_choice = {type = "function", ["function"] = {name = "outline"}}})
assert(why.code == "invalid" and why.message == "tool_choice: no tool 'outline' is offered; did you mean 'inline'?", why)

local expert = Agent.create{name = "The Expert", description = "Knows tea.", stateless = true}
local boss = Agent.create{name = "boss", tools = {expert}}
assert(boss:run("tea?").text == "Boss says green.")
assert(Agent.wrapAsTool("boss", {tool_name = "ask_boss"}) == "ask_boss")
assert(Tool.invoke("ask_boss", {prompt = "tea again?"}) == "Boss says black.")

-- Single requests use tools, too.
assert(llm.complete{prompt = "single", tools = {"by_name"}}.text == "six")
-- Calls of one turn overlap where the tool says that they may, and keep their order.
local order = {}
Tool.create{name = "slow", parallel = true, parameters = number, execute = function(arguments)
  util.sleep(100 * arguments.n)
  order[#order + 1] = arguments.n
  return arguments.n
end}
local began = os.time()
assert(Agent.create{tools = {"slow"}}:run("three at once").text == "done")
assert(table.concat(order, ",") == "1,2,3", table.concat(order, ","))
local heard = {}
for piece in Agent.create{tools = {"by-name"}}:stream("streamed") do
  if piece.tool then heard[#heard + 1] = "begins " .. piece.tool.name .. " " .. piece.tool.arguments.n end
  if piece.tool_result then heard[#heard + 1] = "ended " .. piece.tool_result.name .. " " .. tostring(piece.tool_result.ok) end
  if piece.text ~= "" then heard[#heard + 1] = piece.text end
end
return heard

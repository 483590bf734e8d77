-- How many calls of one turn are under way at once; and what a run that fails in a tool call has used.
local open, most
Tool.create{name = "slow", parallel = true, parameters = {type = "object"}, execute = function()
  open = open + 1
  most = math.max(most, open)
  util.sleep(50)
  open = open - 1
  return "ok"
end}
local found = {}
for index, parallel in ipairs{1, 3, 4} do
  open, most = 0, 0
  local reply = Agent.create{tools = {"slow"}}:run("four calls", {parallel_tools = parallel})
  assert(reply.text == "done" and #reply.tool_calls == 4, reply)
  found[index] = most
end
local agent = Agent.create{tools = {"slow"}, limits = {tool_calls = 0}}
local ok, why = pcall(agent.run, agent, "one call")
return {most = found, code = why.code, message = why.message, details = why.details}

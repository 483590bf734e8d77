-- Names of agents that few spells use.
local agent = Agent.builder():name("a"):model("openai/gpt-4o"):max_execution_time(60):tools({ "calculator" }):build()
assert(#Agent.listCapabilities() == 5 and #Agent.list_capabilities("a") > 2)
assert(agent:getToolMetadata("calculator").name == "calculator" and agent:get_all_tool_metadata() ~= nil)
assert(agent:invokeTool("calculator", { input = "1 + 1" }).result.result == 2)
agent:run("x")
assert(agent:getPerformance().runs == 1 and agent:get_state_metrics().runs == 1)
agent:logEvent("noted", "something")
agent:set_state("paused")
agent:initialize()
assert(#agent:getStateHistory() > 1)
local told = {}
for _, name in ipairs{ "configure_alerts", "get_alerts", "get_bridge_metrics" } do
  local ok, why = pcall(agent[name], agent, {})
  told[#told + 1] = { ok, #tostring(why) > 20 }
end
agent:terminate()
local reply = llm.complete{ model = "openai/gpt-4o", prompt = "y" }
assert(reply:to_table().text == "b" and reply:table().success)
return told

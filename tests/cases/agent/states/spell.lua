-- How an agent is, and what it used.
local agent = Agent.create{name = "worker", model = "openai/gpt-4", temperature = 0.5, type = "basic"}
assert(agent:get_agent_state() == "ready" and agent:isHealthy())
agent:run("work")
local metrics = agent:getMetrics()
assert(metrics.runs == 1 and metrics.completed == 1 and metrics.usage.input_tokens == 5 and metrics.success_rate == 1)

agent:pause()
local ok, why = pcall(agent.run, agent, "paused")
assert(not ok and why.code == "closed" and why.message == "the agent 'worker' is paused: resume it first", why)
agent:resume()

local ok = pcall(agent.run, agent, "fail")
assert(not ok and agent:get_agent_state() == "error" and not agent:is_healthy())
assert(agent:get_last_error():find("no idea") and agent:get_health().healthy == false)
agent:recover()
assert(agent:get_last_error() == nil and agent:get_recovery_attempts() == 1)
agent:set_error("broken")
assert(agent:get_state().last_error.message == "broken")
agent:run("work")
assert(agent:get_agent_state() == "ready", "a run that goes well is a recovery")
assert(#agent:get_history() == 4)
agent:reset()
assert(#agent:get_history() == 0)

-- What it is, and how it can be changed.
local config = agent:get_config()
assert(config.name == "worker" and config.model == "openai/gpt-4" and config.temperature == 0.5 and config.type == "basic")
agent:run("work")
agent:configure{temperature = 0, system_prompt = "Work!"}
assert(agent:describe().system == "Work!" and agent:describe().temperature == 0 and #agent:get_history() == 2)
agent:run("system")

-- The end.
agent:destroy()
local ok, why = pcall(agent.run, agent, "gone")
assert(not ok and why.code == "closed", why)
assert(agent:get_agent_state() == "terminated" and Agent.get("worker") == nil)
local ok, why = pcall(function() return agent.rnu end)
assert(why:find("an agent has no 'rnu'; did you mean 'run'?", 1, true), why)
local ok, why = pcall(agent.save_state, agent)
return why

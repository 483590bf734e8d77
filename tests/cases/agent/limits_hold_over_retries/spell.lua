-- What an agent may spend in a run holds over all attempts that hooks ask for.
local tries = 0
Hook.register("agent:after_execution", function()
    tries = tries + 1
    return {type = "retry", delay_ms = 0, max_attempts = 100}
end)
local agent = Agent.create{name = "a", limits = {tokens = 420}, max_tokens = 20}
local ok, why = pcall(agent.run, agent, ("word "):rep(60))
assert(not ok and why.code == "budget", why)
assert(tries >= 1 and tries <= 6, tries)
assert(agent:get_state().usage.input_tokens <= 420)
return why.code

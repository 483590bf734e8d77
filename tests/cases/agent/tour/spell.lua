-- The tour of agents, tools, hooks and events; workflows, state and retrieval have cases of their own.
-- Agent operations
local agent = Agent.create({
    model = "openai/gpt-4",
    system_prompt = "You are helpful"
})
local response = agent:execute({prompt = "Hello"})

-- Tool usage
local tool = Tool.get("web_search")
local results = tool:execute({query = "rs-llmspell"})
-- Hook registration (Phase 4)
Hook.register("agent:before_execution", function(ctx)
    Logger.info("Starting", {id = ctx.agent_id})
    return {continue_execution = true}
end)

-- Event handling (Phase 4)
Event.subscribe("*.error", function(event)
    Alert.send("Error", event.payload)
end)

local again = agent:execute({prompt = "Hello again"})
Event.emit({event_type = "disk.error", payload = {disk = "full"}})
return {response, results.results[1].title}

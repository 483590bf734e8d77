-- The block of all globals as it is written, as far as there are globals, with what it takes for granted before and after it.
local messages, hook_id = {{role = "user", content = "Hi"}}, Hook.register("agent:after_execution", function() end)
State.save("global", "config", {theme = "dark"})
State.save("global", "record", {kept = true, version = 1})
-- Agent operations
local agent = Agent.create({
    model = "openai/gpt-4",
    system_prompt = "You are helpful"
})
local response = agent:execute({prompt = "Hello"})

-- Tool usage
local tool = Tool.get("web_search")
local results = tool:execute({query = "rs-llmspell"})

-- Workflow orchestration
local workflow = Workflow.sequential({
    name = "research_flow",
    steps = {
        {tool = "web_search", input = {query = "$input"}},
        {agent = agent, prompt = "Summarize: $step1.output"}
    }
})

-- State persistence (Phase 5)
State.save("agent:gpt-4", "history", messages)
local data = State.load("global", "config")
State.migrate({from_version = 1, to_version = 2})

-- Hook registration (Phase 4)
Hook.register("agent:before_execution", function(ctx)
    Logger.info("Starting", {id = ctx.agent_id})
    return {continue_execution = true}
end)

-- Event handling (Phase 4)
Event.subscribe("*.error", function(event)
    Alert.send("Error", event.payload)
end)

-- Pause/resume hooks
Hook.pause(hook_id)
Hook.resume(hook_id)
local result = workflow:execute({input = "rs-llmspell"})
return {tostring(response), results.results[1].title, data.theme, result.text, result.outputs.step2, result.steps.step1.status}

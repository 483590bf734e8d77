-- Initialize agent with state restoration
State.save("agent:research-bot", "history", {{role = "user", content = "Hello"}, {role = "assistant", content = "Hi"}})
local before = State.backup("before")
local heard = {}
Event.subscribe("agent:executed", function(event) heard[#heard + 1] = event.payload end)

local agent_id = "research-bot"
local agent = Agent.create({
    name = agent_id,
    model = "anthropic/claude-3",
    system_prompt = "You are a research assistant"
})

-- Restore previous conversation
local history = State.load("agent:" .. agent_id, "history") or {}
if #history > 0 then
    Logger.info("Restored conversation", {messages = #history})
end

-- Set up monitoring
Hook.register("agent:after_execution", function(ctx)
    -- Update metrics
    local metrics = State.load("global", "metrics") or {}
    metrics.total_calls = (metrics.total_calls or 0) + 1
    State.save("global", "metrics", metrics)

    -- Emit event
    Event.emit({
        event_type = "agent:executed",
        payload = {
            agent_id = agent_id,
            duration_ms = ctx.duration_ms
        }
    })
end)

-- What the steps of its workflow do, one after the other.
local ctx = { analyze = agent:execute({prompt = "Analyze these results: 3 papers"}) }
agent:execute({prompt = "And these: 2 papers"})
-- Save results
State.save("workflow:research", "last_result", ctx.analyze)
local saved = State.load("workflow:research", "last_result")

-- Execute with error handling
local ok, result = pcall(function()
    return agent:execute({input = "quantum computing advances"})
end)

if not ok then
    Logger.error("Workflow failed", {error = result.code})
    -- Restore from backup if available
    local backups = State.list_backups()
    if #backups > 0 then
        State.restore(backups[1].id)
    end
end
util.sleep(1)
return { saved, #heard, heard[1].agent_id, State.load("global", "metrics") == nil, State.load("workflow:research", "last_result") == nil,
  #State.load("agent:research-bot", "history") }

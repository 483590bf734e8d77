-- The complete example as it is written, twice: with what it takes for granted before it, and what it does after it.
State.save("agent:research-bot", "history", {{role = "user", content = "Hello"}})
State.backup("before")
local heard = Event.subscribe("agent:executed")
local function example()
-- Initialize agent with state restoration
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

-- Main workflow
local workflow = Workflow.sequential({
    name = "research_workflow",
    steps = {
        {
            name = "search",
            tool = "web_search",
            input = {query = "$input"}
        },
        {
            name = "analyze",
            agent = agent,
            prompt = "Analyze these results: $search.output"
        },
        {
            name = "save",
            handler = function(ctx)
                -- Save results
                State.save("workflow:research", "last_result", ctx.analyze)
                return {success = true}
            end
        }
    }
})

-- Execute with error handling
local ok, result = pcall(function()
    return workflow:execute({input = "quantum computing advances"})
end)

if not ok then
    Logger.error("Workflow failed", {error = result})
    -- Restore from backup if available
    local backups = State.list_backups()
    if #backups > 0 then
        State.restore(backups[1].id)
    end
end
return ok, result, workflow
end
local ok, result, workflow = example()
assert(ok, result)
local metrics, saved = State.load("global", "metrics"), State.load("workflow:research", "last_result")
local first = {result.status, saved, metrics.total_calls, Event.receive(heard).data.agent_id, workflow:get_output("search").results[1].title}

local failed, why = example()
assert(not failed and why.message:find("Step analyze failed: ", 1, true), why)
return {first, State.load("workflow:research", "last_result") == nil}

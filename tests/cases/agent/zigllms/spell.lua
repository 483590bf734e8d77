-- The agent example, the error handling and the constants, as they are written.
-- Agent example
local agent_id = zigllms.agent.create({
    name = "my_agent",
    provider = "openai",
    model = "gpt-4",
    temperature = 0.7
})

local response = zigllms.agent.run(agent_id, "Hello, world!")
zigllms.agent.destroy(agent_id)

-- Tool example
local tool_id = zigllms.tool.register({
    name = "calculator",
    description = "Perform calculations",
    parameters = {
        type = "object",
        properties = {
            expression = { type = "string" }
        }
    }
})

-- A tool that has only a schema is the host's to do.
local result = zigllms.tool.execute(tool_id, {expression = "2 + 2"})
assert(result.result.result == 4)

local success, result = pcall(function()
    return zigllms.agent.get_state("invalid_agent_id")
end)

if not success then
    print("Error:", result)
end

-- Using event priorities
zigllms.event.emit("critical_event", {
    priority = zigllms.event.Priority.CRITICAL,
    data = {}
})

local id = zigllms.agent.create{name = "again", model = "gpt-4"}
assert(type(id) == "string" and zigllms.agent.exists(id) and zigllms.agent.get_state(id).state == zigllms.agent.State.IDLE)
assert(zigllms.agent.run(id, "Hello, world!", {temperature = 0.1}).text == "Hi")
assert(zigllms.agent.get_state(id).state == zigllms.agent.State.COMPLETED and #zigllms.agent.list() == 1)
zigllms.agent.configure(id, {temperature = 0.2})
assert(zigllms.agent.get_info(id).temperature == 0.2 and zigllms.agent.reset(id))
assert(zigllms.agent.Defaults.default_model == "gpt-4" and zigllms.agent.State.ERROR == "error")
return {response, success}

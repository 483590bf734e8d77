-- The integration example as it is written.
-- Create an agent
local agent_id = zigllms.agent.create({
    name = "workflow_agent",
    provider = "openai"
})

-- Register a tool
local tool_id = zigllms.tool.register({
    name = "data_processor",
    execute = function(input)
        return zigllms.output.parse(input.data, zigllms.output.Format.JSON)
    end
})

-- Create a workflow using the agent and tool
local workflow_id = zigllms.workflow.create({
    pattern = zigllms.workflow.Pattern.SEQUENTIAL,
    steps = {
        {
            type = "agent_call",
            agent = agent_id,
            input = "Process this data"
        },
        {
            type = "tool_call", 
            tool = tool_id,
            input = {data = "{{previous.output}}"}
        }
    }
})

-- Subscribe to workflow events
local subscription_id = zigllms.event.subscribe("workflow.*", function(event)
    print("Workflow event:", event.type, event.data)
end)

-- Execute with hooks
zigllms.hook.register("workflow_complete", function(context)
    zigllms.memory.store("last_workflow_result", context.result)
end)

local result = zigllms.workflow.execute(workflow_id)
util.sleep(1)
assert(result.status == zigllms.workflow.Status.COMPLETED and zigllms.workflow.get_status(workflow_id) == "completed")
assert(zigllms.workflow.get_result(workflow_id).output.a == 1)
return {result.output, zigllms.workflow.list()[1] == workflow_id}

// The integration example of the other language, in this one.
// Create an agent
const agent_id = zigllms.agent.create({
    name: "workflow_agent",
    provider: "openai"
});

// Register a tool
const tool_id = zigllms.tool.register({
    name: "data_processor",
    execute: (input) => {
        return zigllms.output.parse(input.data, zigllms.output.Format.JSON);
    }
});

// Create a workflow using the agent and tool
const workflow_id = zigllms.workflow.create({
    pattern: zigllms.workflow.Pattern.SEQUENTIAL,
    steps: [
        {
            type: "agent_call",
            agent: agent_id,
            input: "Process this data"
        },
        {
            type: "tool_call",
            tool: tool_id,
            input: {data: "{{previous.output}}"}
        }
    ]
});

// Subscribe to workflow events
const subscription_id = zigllms.event.subscribe("workflow.*", (event) => {
    print("Workflow event:", event.type, event.data);
});

// Execute with hooks
zigllms.hook.register("workflow_complete", async (context) => {
    await zigllms.memory.store("last_workflow_result", context.result);
});

const result = await zigllms.workflow.execute(workflow_id);
await util.sleep(1);
if (result.status !== zigllms.workflow.Status.COMPLETED || zigllms.workflow.getStatus(workflow_id) !== "completed") throw new Error("not so");
if (zigllms.workflow.getResult(workflow_id).output.a !== 1) throw new Error("not so: the result");
return [result.output, zigllms.workflow.list()[0] === workflow_id];

// The agent example, the error handling and the constants, in this language.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
// Agent example
const agent_id = zigllms.agent.create({
    name: "my_agent",
    provider: "openai",
    model: "gpt-4",
    temperature: 0.7
});

const response = await zigllms.agent.run(agent_id, "Hello, world!");
await zigllms.agent.destroy(agent_id);

// Tool example
const tool_id = zigllms.tool.register({
    name: "calculator",
    description: "Perform calculations",
    parameters: {
        type: "object",
        properties: {
            expression: { type: "string" }
        }
    }
});

// A tool that has only a schema is the host's to do.
const sum = await zigllms.tool.execute(tool_id, {expression: "2 + 2"});
assert(sum.result.result === 4);

let success = true;
try {
    zigllms.agent.get_state("invalid_agent_id");
} catch (error) {
    success = false;
    print("Error:", error.message);
}

// Using event priorities
zigllms.event.emit("critical_event", {
    priority: zigllms.event.Priority.CRITICAL,
    data: {}
});

const id = zigllms.agent.create({ name: "again", model: "gpt-4" });
assert(typeof id === "string" && zigllms.agent.exists(id) && zigllms.agent.getState(id).state === zigllms.agent.State.IDLE, "idle");
assert((await zigllms.agent.run(id, "Hello, world!", { temperature: 0.1 })).text === "Hi", "Hi");
assert(zigllms.agent.get_state(id).state === zigllms.agent.State.COMPLETED && zigllms.agent.list().length === 1, "completed");
await zigllms.agent.configure(id, { temperature: 0.2 });
assert(zigllms.agent.get_info(id).temperature === 0.2 && zigllms.agent.reset(id), "configured");
assert(zigllms.agent.Defaults.default_model === "gpt-4" && zigllms.agent.State.ERROR === "error", "constants");
return [response, success];

// The complete example of the other language, in this one, twice.
await State.save("agent:research-bot", "history", [{ role: "user", content: "Hello" }]);
await State.backup("before");
const heard = Event.subscribe("agent:executed");
async function example() {
// Initialize agent with state restoration
const agentId = "research-bot";
const agent = await Agent.create({
    name: agentId,
    model: "anthropic/claude-3",
    systemPrompt: "You are a research assistant"
});

// Restore previous conversation
const history = (await State.load("agent:" + agentId, "history")) || [];
if (history.length > 0) {
    Logger.info("Restored conversation", {messages: history.length});
}

// Set up monitoring
Hook.register("agent:after_execution", async (ctx) => {
    // Update metrics
    const metrics = (await State.load("global", "metrics")) || {};
    metrics.total_calls = (metrics.total_calls || 0) + 1;
    await State.save("global", "metrics", metrics);

    // Emit event
    await Event.emit({
        event_type: "agent:executed",
        payload: {
            agent_id: agentId,
            duration_ms: ctx.duration_ms
        }
    });
});

// Main workflow
const workflow = Workflow.sequential({
    name: "research_workflow",
    steps: [
        {
            name: "search",
            tool: "web_search",
            input: {query: "$input"}
        },
        {
            name: "analyze",
            agent: agent,
            prompt: "Analyze these results: $search.output"
        },
        {
            name: "save",
            handler: async (ctx) => {
                // Save results
                await State.save("workflow:research", "last_result", ctx.analyze);
                return {success: true};
            }
        }
    ]
});

// Execute with error handling
let ok = true, result;
try {
    result = await workflow.execute({input: "quantum computing advances"});
} catch (error) {
    ok = false;
    result = error;
}

if (!ok) {
    Logger.error("Workflow failed", {error: result});
    // Restore from backup if available
    const backups = await State.listBackups();
    if (backups.length > 0) {
        await State.restore(backups[0].id);
    }
}
return [ok, result, workflow];
}
const [ok, result, workflow] = await example();
if (!ok) throw result;
const metrics = await State.load("global", "metrics"), saved = await State.load("workflow:research", "last_result");
const first = [result.status, saved, metrics.total_calls, (await Event.receive(heard)).data.agent_id, workflow.getOutput("search").results[0].title];

const [again, why] = await example();
if (again || !why.message.startsWith("Step analyze failed: ")) throw new Error("not so: " + why);
return [first, (await State.load("workflow:research", "last_result")) === undefined];

// The block of the other language, in this one.
const messages = [{role: "user", content: "Hi"}], hook_id = Hook.register("agent:after_execution", () => {});
await State.save("global", "config", {theme: "dark"});
await State.save("global", "record", {kept: true, version: 1});
// Agent operations
const agent = await Agent.create({
    model: "openai/gpt-4",
    system_prompt: "You are helpful"
});
const response = await agent.execute({prompt: "Hello"});

// Tool usage
const tool = Tool.get("web_search");
const results = await tool.execute({query: "rs-llmspell"});

// Workflow orchestration
const workflow = Workflow.sequential({
    name: "research_flow",
    steps: [
        {tool: "web_search", input: {query: "$input"}},
        {agent: agent, prompt: "Summarize: $step1.output"}
    ]
});

// State persistence (Phase 5)
await State.save("agent:gpt-4", "history", messages);
const data = await State.load("global", "config");
await State.migrate({from_version: 1, to_version: 2});

// Hook registration (Phase 4)
Hook.register("agent:before_execution", (ctx) => {
    Logger.info("Starting", {id: ctx.agent_id});
    return {continue_execution: true};
});

// Event handling (Phase 4)
Event.subscribe("*.error", (event) => {
    Alert.send("Error", event.payload);
});

// Pause/resume hooks
Hook.pause(hook_id);
Hook.resume(hook_id);
const result = await workflow.execute({input: "rs-llmspell"});
return [String(response), results.results[0].title, data.theme, result.text, result.outputs.step2, result.steps.step1.status];

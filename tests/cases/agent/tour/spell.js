// The tour of agents, tools, hooks and events; workflows, state and retrieval have cases of their own.
// Agent operations
const agent = Agent.create({
    model: "openai/gpt-4",
    system_prompt: "You are helpful"
});
const response = await agent.execute({prompt: "Hello"});

// Tool usage
const tool = Tool.get("web_search");
const results = await tool.execute({query: "rs-llmspell"});
// Hook registration (Phase 4)
Hook.register("agent:before_execution", (ctx) => {
    Logger.info("Starting", {id: ctx.agent_id});
    return {continue_execution: true};
});

// Event handling (Phase 4)
Event.subscribe("*.error", (event) => {
    Alert.send("Error", event.payload);
});

const again = await agent.execute({prompt: "Hello again"});
Event.emit({event_type: "disk.error", payload: {disk: "full"}});
return [response, results.results[0].title];

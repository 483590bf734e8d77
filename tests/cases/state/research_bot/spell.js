// Initialize agent with state restoration
await State.save("agent:research-bot", "history", [{ role: "user", content: "Hello" }, { role: "assistant", content: "Hi" }]);
const before = await State.backup("before");
const heard = [];
Event.subscribe("agent:executed", (event) => { heard.push(event.payload); });

const agentId = "research-bot";
const agent = await Agent.create({
  name: agentId,
  model: "anthropic/claude-3",
  systemPrompt: "You are a research assistant",
});

// Restore previous conversation
const history = (await State.load("agent:" + agentId, "history")) || [];
if (history.length > 0) {
  Logger.info("Restored conversation", { messages: history.length });
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
      duration_ms: ctx.duration_ms,
    },
  });
});

// What the steps of its workflow do, one after the other.
const ctx = { analyze: await agent.execute({ prompt: "Analyze these results: 3 papers" }) };
await agent.execute({ prompt: "And these: 2 papers" });
// Save results
await State.save("workflow:research", "last_result", ctx.analyze);
const saved = await State.load("workflow:research", "last_result");

// Execute with error handling
try {
  await agent.execute({ input: "quantum computing advances" });
} catch (error) {
  Logger.error("Workflow failed", { error: error.code });
  // Restore from backup if available
  const backups = await State.listBackups();
  if (backups.length > 0) {
    await State.restore(backups[0].id);
  }
}
await util.sleep(1);
return [saved, heard.length, heard[0].agent_id, await State.load("global", "metrics") === undefined, await State.load("workflow:research", "last_result") === undefined,
  (await State.load("agent:research-bot", "history")).length];

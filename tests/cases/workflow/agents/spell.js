// Agents by object, name and id, agents made of others or of a function, and single requests.
const one = Agent.create({ name: "one", model: "test", system: "First." });
const id = zigllms.agent.create({ name: "two", model: "test", system: "Second." });
Agent.register({ name: "shout", execute: (prompt) => prompt.toUpperCase() + "!" });
const both = Agent.createComposite("both", ["one", "shout"], "sequential");
const flow = Workflow.sequential({ name: "agents", steps: [
  { name: "object", agent: one, prompt: "A {{topic}}" },
  { name: "named", type: "agent", agent: "one", input: "B $object.output" },
  { name: "by_id", type: "agent_call", agent: id },
  { name: "options", agent: one, prompt: { prompt: "C", temperature: 0.5 }, options: { maxTokens: 9 } },
  { name: "function", agent: "shout", prompt: "it is $options.output" },
  { name: "composite", agent: both, prompt: "D" },
  { name: "request", llm: { model: "test", system: "Third.", prompt: "E $composite.output" } },
  { name: "short", model: "test", prompt: "F" },
  one,
] });
const result = await flow.run({ topic: "tide" });
return [result.outputs, result.metadata.extra.agent_outputs.named, result.metadata.usage.total_tokens > 0];

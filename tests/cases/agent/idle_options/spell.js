// What older spells say of an agent: with a meaning here it has one, without it is left out, with one remark.
const agent = Agent.create({ name: "a", agent_type: "llm", model_config: { provider: "openai", model: "gpt-4o", temperature: 0.5 }, capabilities: ["chat"] });
Agent.create({ name: "b", model: "openai/gpt-4o", capabilities: [], tags: ["x"] });
const config = agent.get_config();
let ok = true;
try { Agent.create({ name: "c", model: "openai/gpt-4o", capabilites: [] }); } catch { ok = false; }
return [config.type, config.temperature, config.model, ok];

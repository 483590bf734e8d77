// What comes of asking for each kind of thing.
const what = async (ask) => { try { const answer = await ask(); return answer?.found ?? String(answer); } catch (failure) { return failure.code; } };
const tools = Tool.list().filter((tool) => !tool.category).map((tool) => tool.name).join(" ");
const model = await what(async () => (await llm.complete({ model: "openai/gpt-4", messages: [{ role: "user", content: "x" }] })).model);
return {
  lookup: await what(() => Tool.execute("lookup", {})), mail: await what(() => Tool.execute("mail", {})), tools,
  model, other_model: await what(async () => (await llm.agent({ model: "openai/o1" })) && "made"),
  variable: env.LLM_MODEL ?? "nil", hook: await what(() => Hook.register("agent:before_execution", print) != null),
};

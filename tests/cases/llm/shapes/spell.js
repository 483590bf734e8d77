// Every way to write a single request.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const messages = [{ role: "user", content: "q" }];
const replies = [
  await llm.complete({ model: "openai/gpt-4", messages }), await llm.chat({ messages }), await llm.chat(messages),
  await llm.complete({ prompt: "q" }), await llm.complete({ text: "q", maxTokens: 5, topP: 0.5, stopSequences: ["x"] }),
  await llm.complete({ prompt: "q", system: "s" }), await llm.complete({ prompt: "q", parameters: { temperature: 0 } }),
  await llm.generate({ prompt: "q" }), await llm.complete_async({ prompt: "q" }), await llm.chatPromise({ prompt: "q" }),
];
for (const reply of replies)
  assert(reply.text === "a" && reply.content === "a" && reply.success && reply.metadata.finish_reason === "stop", reply);
// A text gives a text, or an error.
assert((await llm.complete("q")) === "a" && (await llm.chat("q", { temperature: 1 })) === "a" && (await llm.complete("q", 10)) === "a", "texts");
for (const call of [() => llm.chat("bad"), () => llm.stream_chat("bad", () => {})])
  assert((await call().catch(String)).startsWith("provider: "), "bad");

// What was said before, with calls of tools.
const sure = await llm.complete({ messages: [
  { role: "system", content: "s" }, { role: "user", content: "1+2?" },
  { role: "assistant", tool_calls: [{ id: "c", name: "add", arguments: { a: 1, b: 2 } }] },
  { role: "tool", tool_call_id: "c", content: "3" }, { role: "assistant", content: "3" }, { role: "user", content: "sure?" },
] });
assert(sure.text === "sure", sure);

const wrong = [];
for (const request of [
  {}, { messages: [] }, { messages: [{ role: "user" }] }, { messages: [{ role: "assistant", content: "x" }] },
  { prompt: "q", temprature: 1 }, { prompt: "q", temperature: "hot" }, { prompt: "q", text: "r" }, { prompt: "q", reasoning: "hihg" },
  { prompt: "q", max_turns: 0 }, { prompt: "q", output_modalities: ["audio"] },
  { messages: [{ role: "user", content: "q" }, { role: "tool", tool_call_id: "x", content: "y" }, { role: "user", content: "q" }] },
]) {
  try {
    await llm.complete(request);
    wrong.push("no error");
  } catch (why) {
    wrong.push(why.code === undefined ? why.message : String(why));
  }
}
try { llm.compleet; } catch (why) { wrong.push(why.message); }
return wrong;

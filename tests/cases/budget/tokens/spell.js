// The call that would go over the budget is not made, and nothing catches the end.
const agent = Agent.create({ name: "a", stateless: true });
let calls = 0;
for (;;) {
  try {
    await llm.complete({ messages: [{ role: "user", content: "go on" }] });
    calls++;
    print(calls);
  } catch {}
}

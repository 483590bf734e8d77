// Calls at once wait for what others were promised and did not use: all of them fit, one after the other.
const calls = [];
for (let i = 1; i <= 10; i++) {
  calls.push(llm.complete({ messages: [{ role: "user", content: "go on" }], max_tokens: 100 }));
}
await Promise.all(calls);
return Budget.remaining().tokens;

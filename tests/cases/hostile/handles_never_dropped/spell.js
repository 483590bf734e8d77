// Unreachable agents are dropped at once, so making many one after the other is fine. Those in cycles go with the
// collector, which handles do not press: so some hundreds of them are.
for (let i = 0; i < 5000; i++) llm.agent({});

// Answers customers from documents, and remembers what each of them asked
await RAG.ingest([{ id: "answers", text: util.readFile("answers.md") }], { scope: "support", chunking: { size: 80, overlap: 0 } });

const clerk = Agent.create({ name: "clerk", model: "openai/gpt-4o-mini", system: "You answer from the notes, or say ESCALATE.", stateless: true });

const answered = [];
Event.subscribe("ticket.*", ({ type, data }) => answered.push(`${data.customer} ${type}`));

async function answer(customer, question) {
  const scope = `customer:${customer}`;
  const before = (await State.load(scope, "questions")) ?? [];
  const found = await RAG.search(question, { scope: "support", top_k: 1 });
  const notes = found.results.map(({ text }) => `- ${text}`).join("\n");
  const reply = await clerk.run(`Notes:\n${notes}\nAsked before: ${before.join("; ") || "nothing"}\nQuestion: ${question}`);
  await State.save(scope, "questions", [...before, question]);
  const escalated = reply.includes("ESCALATE");
  Event.emit(escalated ? "ticket.escalated" : "ticket.answered", { customer });
  return escalated ? "A person will write to you." : reply.text;
}

print("ann: " + (await answer("ann", "When do I get my refund?")));
print("bob: " + (await answer("bob", "How do I restart the router?")));
print("ann: " + (await answer("ann", "I want to see a lawyer")));
while (answered.length < 3) await util.sleep(1); // handlers run where a spell waits
print(answered.sort().join(", "));
return await State.load("customer:ann", "questions");

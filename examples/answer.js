// Answers a question from documents, with citations. Without a model for vectors, words alone are compared.
const documents = [
  { id: "brakes.md", text: "# Brakes\n\nHydraulic brakes that feel spongy hold air: bleed them from the caliper upward." },
  { id: "chain.md", text: "# Chain\n\nA chain that skips under load is usually stretched: replace it at 0.75 percent." },
];
await RAG.ingest(documents, { collection: "bicycle" });

const question = params.question ?? "Why do my brakes feel spongy?";
const found = await RAG.search(question, { collection: "bicycle", limit: 3 });
const answer = await llm.complete({
  system: "Answer from these passages, and cite their numbers:\n" + found.results.map((hit, i) => `[${i + 1}] ${hit.text}`).join("\n"),
  prompt: question,
});
return { answer: answer.text, sources: found.results.map(({ id, start, end }) => ({ id, start, end })), search: found.search };

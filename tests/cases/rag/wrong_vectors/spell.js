// Vectors that can not be compared are refused, and nothing that was there is lost.
const rag = await RAG.create({ collection: "v", model: "local/m" });
await rag.ingest([{ id: "one", text: "first" }, { id: "two", text: "second" }]);
const seen = [];
for (let i = 1; i <= 5; i++) {
  try { await rag.ingest({ id: "bad", text: "bad " + i }); } catch (problem) { seen.push([problem.code, problem.message, problem.details.done]); }
}
const found = await rag.search("second", { mode: "semantic" });
seen.push([found.results[0].id, found.results[0].similarity === 1, found.total, (await rag.getStats()).document_count]);
return seen;

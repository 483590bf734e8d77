// What is wrong is told in one line.
await RAG.ingest({ id: "one", text: "one" }, { collection: "c" });
const seen = [];
const why = async (call, ...given) => {
  try { await call(...given); } catch (problem) { return seen.push(problem.code ? problem.code + ": " + problem.message : problem.message); }
  throw new Error("not refused: " + seen.length);
};
await why(RAG.search, "x", { collection: "nowhere" });
await why(RAG.search, "  ", { collection: "c" });
await why(RAG.search, "x", { collection: "c", limit: 101 });
await why(RAG.search, "x", { collection: "c", filter: { a: { like: 1 } } });
await why(RAG.search, "x", { collection: "c", mode: "semantic" });
await why(RAG.search, "x", { collection: "c", treshold: 1 });
await why(RAG.search, true, { collection: "c" });
await why(RAG.create, { collection: "c", metric: "dot" });
await why(RAG.create, { collection: "c", chunking: { size: 10, overlap: 10 } });
await why(RAG.create, { collection: "d", chunking: { size: 10, overlap: 10 } });
await why(RAG.create, { collection: "d", embedding_provider: "openai" });
await why(RAG.create, { collection: "d", search: "semantic" });
await why(RAG.create, { collection: "x".repeat(257) });
await why(RAG.create, { colection: "d" });
await why(RAG.ingest, [{ id: "a", text: "1" }, { id: "a", text: "2" }], { collection: "c" });
await why(RAG.ingest, [{ id: "a", text: " " }], { collection: "c" });
await why(RAG.ingest, [{ id: "a", url: "https://example.org" }], { collection: "c" });
await why(RAG.ingest, [{ id: "a" }], { collection: "c" });
await why(RAG.ingest, true, { collection: "c" });
await why(RAG.ingest, [{ id: "x".repeat(1025), text: "x" }], { collection: "c" });
await why(RAG.ingest, [{ text: "x", metadata: { long: "x".repeat(20000) } }], { collection: "c" });
await why(RAG.ingest, { file: "notes.md" }, { collection: "c" });
await why(RAG.deleteDocuments, "c", { filter: {}, ids: ["x"] });
await why(RAG.createSessionCollection, "s", 3600);
await why(RAG.getStats, "nowhere");
await why(RAG.search, "x", { collection: "c", filter: { n: { in: Array.from({ length: 10000 }, (_, i) => i + 1) } } });
return seen;

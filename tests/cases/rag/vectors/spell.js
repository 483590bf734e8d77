// Vectors of a model: asked for once for each text, fixed for the collection, fused with words.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
const rag = await RAG.create({ collection: "v", embedding_provider: "local", embedding_model: "tiny" });
assert(rag.search_mode === "hybrid", rag.model === "local/tiny");
const steps = [];
const done = await rag.ingest([
  { id: "a", text: "The brakes squeal on wet rims." }, { id: "b", text: "Feed the starter with flour." },
], { onProgress: (step) => steps.push([step.documents, step.of]) });
const seen = [[done.vectors, done.tokens > 0, done.search, steps]];
// What is there already costs nothing; of what changed, only what is new.
seen.push([(await rag.ingest([{ id: "a", text: "The brakes squeal on wet rims." }])).vectors, (await rag.ingest([{ id: "a", text: "The brakes squeal on wet rims.", metadata: { new: true } }])).vectors]);
const about = await rag.getStats();
seen.push([about.model, about.dimensions, about.metric, about.search, about.chunk_count]);
const found = await rag.search("squealing brake", { limit: 2, explain: true });
seen.push([found.search, found.results[0].id, found.results[0].similarity > 0, found.results[0].ranks.semantic, found.notes === undefined]);
const semantic = await rag.search("squeal brakes", { mode: "semantic", threshold: 0.2 });
seen.push([semantic.search, semantic.results.length, semantic.results[0].id, semantic.results[0].lexical_score === undefined]);
seen.push([(await rag.search("flour", { mode: "lexical" })).search, (await rag.search("flour", { rerank: "local/ranker" })).results[0].rerank_score !== undefined]);
await RAG.create({ collection: "v", embedding_model: "local/other" }).catch((problem) => seen.push(problem.code + ": " + problem.message));
// Another model is another collection: everything is embedded anew.
const other = await RAG.rebuild("v", { embedding_model: "local/other", dimensions: 64 });
seen.push([other.model, other.dimensions, other.document_count, (await other.search("flour")).results[0].id]);
await RAG.rebuild(other, { model: "none" });
seen.push([(await RAG.getStats("v")).search, (await RAG.getStats("v")).model === null, (await RAG.search("flour", { collection: "v" })).results[0].id]);
return seen;

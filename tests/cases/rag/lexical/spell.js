// A collection that knows words alone: ingest, search, filters, stats, deletion.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
const rag = await RAG.create({ collection: "manual", chunking: { strategy: "semantic", chunkSize: 25 } });
assert(rag.created, rag.collection === "manual");
const done = await rag.ingest([
  { id: "brakes", content: "# Brakes\n\nHydraulic brakes that feel spongy hold air.\n\n## Bleeding\n\nBleed them with DOT 5.1, code RX-204b.", metadata: { kind: "manual", year: 2020, tags: ["bike", "oil"] } },
  { id: "chain", text: "A chain that skips under load is stretched.", metadata: { kind: "note", year: 2024 } },
  { id: "cjk", text: "東京都の自転車", metadata: { kind: "note", year: 2022 } },
]);
assert(done.success, done.added === 3, done.chunks === done.chunks_created, done.vectors === 0, done.search === "lexical");
// The same again: nothing is done.
const again = await RAG.ingest([{ id: "chain", text: "A chain that skips under load is stretched.", metadata: { year: 2024, kind: "note" } }], { collection: "manual" });
const seen = [[again.unchanged, again.added, again.replaced]];

const ids = (found) => found.results.map((hit) => hit.id);
const found = await rag.search("spongy hydraulic brakes", { k: 5, explain: true });
seen.push([found.search, found.total, found.results[0].id, found.results[0].ranks.lexical, found.results[0].content === found.results[0].text]);
// A citation leads to the place in the text.
const hit = (await RAG.search({ query: "rx-204b", collection: "manual" })).results[0];
seen.push([hit.id, hit.heading ?? "", hit.chunk > 0, hit.end > hit.start, hit.metadata.kind]);
seen.push(ids(await rag.search("京都", {})));
seen.push(ids(await RAG.search("chain brakes 自転", { collection: "manual", filters: { or: [{ kind: "note" }, { year: { lt: 2000 } }] } })));
seen.push(ids(await RAG.search("chain brakes 自転", { collection: "manual", filter: { tags: "oil", not: { year: { range: [2021, 2030] } } } })));
// What can not be done as asked is said.
seen.push((await rag.search("chain", { threshold: 0.5, mode: "hybrid", rerank: true })).notes);

// Another text in its place; the old words are gone.
assert((await rag.ingest({ id: "chain", text: "A belt needs no oil." })).replaced === 1);
assert((await rag.search("skips stretched")).results.length === 0, (await rag.search("belt")).results[0].id === "chain");
const about = await rag.getStats();
seen.push([about.document_count, about.chunk_count, about.model === null, about.searches > 5, about.storage_size_mb > 0]);
seen.push(await RAG.listCollections());
seen.push(await RAG.deleteDocuments("manual", { documentIds: ["brakes", "nobody"] }));
seen.push((await RAG.delete({ filter: { year: { exists: true } } }, { collection: "manual" })).deleted);
assert((await rag.search("spongy brakes 自転車")).results.length === 0, (await rag.getStats()).document_count === 1);
// No sign is an operator.
for (const query of ["*", "-belt", "\"", "a AND (", "foo:bar", "belt*", "NOT belt", "%", "'; --"]) await rag.search(query);
seen.push([await RAG.cleanup("manual"), (await RAG.listCollections()).length, await RAG.save()]);
return seen;

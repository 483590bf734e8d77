// What is known, found by its words; contexts from it, from what was said, and from documents.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
assert((await Memory.semantic.query("anything")).length === 0, "empty");
await RAG.configure({ tenant_id: "other" }); // of RAG, and not of this
const id = await Memory.semantic.add("The sea is salty.", { topic: "sea" });
await Memory.semantic.add({ text: "Bread is made of flour.", id: "bread" });
const found = await Memory.semantic.query("salty sea", 1);
assert(found.length === 1 && found[0].content === "The sea is salty." && found[0].metadata.topic === "sea", "query");
assert((await Memory.semantic.search("flour"))[0].id === "bread", "search");
await RAG.configure({});
await Memory.episodic.add(undefined, "user", "Tell me of the sea.");
await RAG.ingest("The sea is deep.");
const hybrid = await Context.assemble("sea", "hybrid", 1000);
const only = await Context.assemble("sea", "semantic", 1000);
const rag = await Context.assemble({ query: "sea", strategy: "rag", max_tokens: 1000 });
assert((await Context.test("sea", "rag")).entries === 1 && (await Context.strategyStats()).rag.calls === 2, "test");
assert(hybrid.chunks[0].chunk.source === "semantic" && hybrid.token_count === hybrid.tokens && hybrid.formatted === hybrid.text, "chunks");
assert((await Context.strategies()).length === 4, "strategies");
const stats = await Memory.stats();
assert(stats.truncated === false, "truncated");
const gone = (await Memory.semantic.forget("bread")).deleted;
const why = await Context.assemble("x", "sematic", 10).catch((error) => error.message);
return [id !== undefined, hybrid.text, only.text, rag.text, stats.episodic_count, stats.semantic_count, gone, why];

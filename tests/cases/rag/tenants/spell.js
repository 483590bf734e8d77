// Collections of a spell's own tenants and scopes, as older spells name them.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
await RAG.create({ tenant_id: "company-123", chunking: { strategy: "semantic", chunk_size: 512, overlap: 50 }, vector_storage: { backend: "hnsw", distance_metric: "cosine", ef_construction: 200 } });
const done = await RAG.ingest_documents("tenant:company-123", [
  { content: "Configure authentication with a token of the tenant.", metadata: { document_id: "user-guide-v1", document_type: "documentation", version: "1.0" } },
  { content: "The API answers with status 200.", metadata: { document_type: "api_docs" } },
]);
assert(done.chunks_created === 2, done.vectors_indexed === 0);
const results = await RAG.retrieve("tenant:company-123", {
  query: "How do I configure multi-tenant authentication?", top_k: 10, similarity_threshold: 0.8,
  metadata_filters: { document_type: "documentation", version: "1.0" }, rerank: true,
});
const seen = [[results.chunks.length, results.chunks[0].id, results.chunks[0].metadata.version, results.notes]];
let found = await RAG.retrieve_with_context("tenant:company-123", "session-1", { query: "token", conversation_memory_turns: 1 });
seen.push([found.chunks.length, found.notes]);
found = await RAG.retrieveWithContext("tenant:company-123", null, { query: "answers status token", turns: ["the token", { role: "user", content: "API status" }], conversationMemoryTurns: 1, contextBoost: 3, explain: true });
seen.push([found.chunks[0].text, found.chunks[0].ranks.context, found.notes ?? null]);
// Other scopes find nothing of it.
await RAG.ingest("Ada likes tea.", { scope: "user", scope_id: "ada" });
await RAG.ingest([{ text: "A note for all." }, { text: "A note for all." }]);
seen.push([(await RAG.search("token authentication")).total, (await RAG.search("tea", { scope: "user", scope_id: "ada" })).total, (await RAG.search("note")).total, (await RAG.search("tea", { scope: "user:ada" })).total]);
seen.push(await RAG.list_collections());
seen.push([(await RAG.get_stats("user", "ada")).document_count, (await RAG.get_stats("tenant:company-123")).document_count, (await RAG.get_stats()).document_count]);
await RAG.ingest({ text: "below" }, { tenant_id: "company-123", scope: "user", scope_id: "bob" });
seen.push([await RAG.cleanup_tenant("company-123"), await RAG.cleanup_scope("user", "ada"), await RAG.list_collections()]);
await RAG.configure({ tenant_id: "other" });
await RAG.ingest("Configured.");
seen.push([(await RAG.search("configured")).collection, (await RAG.create_session_collection("s1")).collection]);
// No name reaches what State keeps, nor the other way round.
await State.save("rag:default", "v", 1);
seen.push([(await State.scopes()).length, await State.exists("rag:tenant:other", "s"), (await RAG.get_stats("default")).document_count]);
// What is configured holds for every call, field by field.
await RAG.ingest({ id: "one", text: "Below the tenant." }, { collection: "docs" });
await RAG.ingest_documents("third", [{ id: "two", text: "Elsewhere." }], { tenant: "other", collection: "docs" });
seen.push([(await RAG.search("tenant", { collection: "docs" })).collection, (await RAG.search({ query: "tenant", collection: "docs" })).total,
  (await RAG.get_stats({ collection: "docs" })).document_count, (await RAG.delete("one", { collection: "docs" })).deleted, (await RAG.search("tenant", { collection: "docs" })).total,
  (await RAG.search("elsewhere", { tenantId: "third", collection: "docs" })).total]);
return seen;

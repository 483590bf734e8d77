-- Collections of a spell's own tenants and scopes, as older spells name them.
RAG.create({ tenant_id = "company-123", chunking = { strategy = "semantic", chunk_size = 512, overlap = 50 }, vector_storage = { backend = "hnsw", distance_metric = "cosine", ef_construction = 200 } })
local done = RAG.ingest_documents("tenant:company-123", {
  { content = "Configure authentication with a token of the tenant.", metadata = { document_id = "user-guide-v1", document_type = "documentation", version = "1.0" } },
  { content = "The API answers with status 200.", metadata = { document_type = "api_docs" } },
})
assert(done.chunks_created == 2 and done.vectors_indexed == 0)
local results = RAG.retrieve("tenant:company-123", {
  query = "How do I configure multi-tenant authentication?", top_k = 10, similarity_threshold = 0.8,
  metadata_filters = { document_type = "documentation", version = "1.0" }, rerank = true,
})
local seen = { { #results.chunks, results.chunks[1].id, results.chunks[1].metadata.version, results.notes } }
local with = RAG.retrieve_with_context("tenant:company-123", "session-1", { query = "token", conversation_memory_turns = 1 })
seen[2] = { #with.chunks, with.notes }
with = RAG.retrieve_with_context("tenant:company-123", nil, { query = "answers status token", turns = { "the token", { role = "user", content = "API status" } }, conversation_memory_turns = 1, context_boost = 3, explain = true })
seen[3] = { with.chunks[1].text, with.chunks[1].ranks.context, with.notes or JSON.null }
-- Other scopes find nothing of it.
RAG.ingest("Ada likes tea.", { scope = "user", scope_id = "ada" })
RAG.ingest({ { text = "A note for all." }, { text = "A note for all." } })
seen[4] = { RAG.search("token authentication").total, RAG.search("tea", { scope = "user", scope_id = "ada" }).total, RAG.search("note").total, RAG.search("tea", { scope = "user:ada" }).total }
seen[5] = RAG.list_collections()
seen[6] = { RAG.get_stats("user", "ada").document_count, RAG.get_stats("tenant:company-123").document_count, RAG.get_stats().document_count }
RAG.ingest({ text = "below" }, { tenant_id = "company-123", scope = "user", scope_id = "bob" })
seen[7] = { RAG.cleanup_tenant("company-123"), RAG.cleanup_scope("user", "ada"), RAG.list_collections() }
RAG.configure({ tenant_id = "other" })
RAG.ingest("Configured.")
seen[8] = { RAG.search("configured").collection, RAG.create_session_collection("s1").collection }
-- No name reaches what State keeps, nor the other way round.
State.save("rag:default", "v", 1)
seen[9] = { #State.scopes(), State.exists("rag:tenant:other", "s"), RAG.get_stats("default").document_count }
-- What is configured holds for every call, field by field.
RAG.ingest({id = "one", text = "Below the tenant."}, {collection = "docs"})
RAG.ingest_documents("third", {{id = "two", text = "Elsewhere."}}, {tenant = "other", collection = "docs"})
seen[10] = { RAG.search("tenant", {collection = "docs"}).collection, RAG.search{query = "tenant", collection = "docs"}.total,
  RAG.get_stats{collection = "docs"}.document_count, RAG.delete("one", {collection = "docs"}).deleted, RAG.search("tenant", {collection = "docs"}).total,
  RAG.search("elsewhere", {tenant_id = "third", collection = "docs"}).total }
return seen

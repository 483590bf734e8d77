-- Knowledge base with tenants and chunking, S1 style
local rag = RAG.create({ tenant_id = "acme", chunking = { strategy = "semantic", chunk_size = 200, overlap = 20 },
    vector_storage = { backend = "hnsw", distance_metric = "cosine", ef_construction = 200 } })
local docs = {
    { content = "The espresso machine in the kitchen needs descaling every month. Use citric acid.", metadata = { document_id = "kitchen", document_type = "manual", version = "1.0" } },
    { content = "Holiday requests go to the team lead two weeks before the holiday.", metadata = { document_id = "hr", document_type = "policy", version = "2.0" } },
    { file_path = "guide.md", metadata = { document_id = "guide", document_type = "manual", version = "1.0" } },
}
local ing = RAG.ingest_documents("tenant:acme", docs)
print("chunks", ing.chunks_created >= 3, ing.vectors_indexed)
local res = RAG.retrieve("tenant:acme", { query = "How often must the espresso machine be descaled?", top_k = 2, metadata_filters = { document_type = "manual" }, rerank = true })
for i, c in ipairs(res.chunks) do print(i, c.metadata.document_id, type(c.similarity), string.sub(c.content, 1, 30)) end
local expert = Agent.create({ name = "expert", model = "openai/gpt-4", system_prompt = "Answer only from the context." })
local function answer(q)
    local r = RAG.retrieve("tenant:acme", { query = q, top_k = 3, similarity_threshold = 0.0 })
    local ctx, cites = {}, {}
    for i, c in ipairs(r.chunks) do ctx[i] = ("[%d] %s"):format(i, c.content); cites[i] = c.metadata.document_id end
    local a = expert:execute({ prompt = table.concat(ctx, "\n") .. "\n\nQ: " .. q })
    return (a.text:gsub("%[(%d+)%]", function(n) return "(" .. (cites[tonumber(n)] or "?") .. ")" end))
end
print(answer("When to ask for holiday?"))
local stats = RAG.get_stats("tenant:acme")
print(stats.document_count, stats.chunk_count >= 3, type(stats.storage_size_mb), type(stats.avg_retrieval_time))
print(RAG.delete_documents("tenant:acme", { document_ids = { "hr" } }) ~= nil, RAG.get_stats("tenant:acme").document_count)
local sid = Session.current_id()
local r2 = RAG.retrieve_with_context("tenant:acme", sid, "descaling")
print(type(r2.chunks))
-- rs-llmspell dialect
local i2 = RAG.ingest({ id = "d1", text = "Bees dance to show where flowers are.", metadata = { animal = "bee" } }, { scope = "nature", scope_id = "1" })
print(i2.success, i2.documents_processed, i2.vectors_created)
local s = RAG.search("bees flowers", { k = 3, scope = "nature", scope_id = "1", filters = { animal = "bee" } })
print(s.success, s.total, s.results[1].text, s.results[1].metadata.animal, type(s.results[1].score))
local s2 = RAG.search({ query = "bees", k = 1, scope = "nature", scope_id = "1" })
print(#(s2.results or s2))
print(RAG.cleanup_scope("nature", "1"))
print(#RAG.list_providers() >= 0)
RAG.cleanup_tenant("tenant:acme")
print(pcall(RAG.get_stats, "tenant:acme"))
print(pcall(RAG.search, "x", { scope = "never" }))

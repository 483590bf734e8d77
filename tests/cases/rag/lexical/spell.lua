-- A collection that knows words alone: ingest, search, filters, stats, deletion.
local rag = RAG.create({ collection = "manual", chunking = { strategy = "semantic", chunk_size = 25 } })
assert(rag.created and rag.collection == "manual")
local done = rag:ingest({
  { id = "brakes", content = "# Brakes\n\nHydraulic brakes that feel spongy hold air.\n\n## Bleeding\n\nBleed them with DOT 5.1, code RX-204b.", metadata = { kind = "manual", year = 2020, tags = { "bike", "oil" } } },
  { id = "chain", text = "A chain that skips under load is stretched.", metadata = { kind = "note", year = 2024 } },
  { id = "cjk", text = "東京都の自転車", metadata = { kind = "note", year = 2022 } },
})
assert(done.success and done.added == 3 and done.chunks == done.chunks_created and done.vectors == 0 and done.search == "lexical")
-- The same again: nothing is done.
local again = RAG.ingest({ { id = "chain", text = "A chain that skips under load is stretched.", metadata = { year = 2024, kind = "note" } } }, { collection = "manual" })
local seen = { { again.unchanged, again.added, again.replaced } }

local function ids(found)
  local all = {}
  for i, hit in ipairs(found.results) do all[i] = hit.id end
  return all
end
local found = rag:search("spongy hydraulic brakes", { k = 5, explain = true })
seen[2] = { found.search, found.total, found.results[1].id, found.results[1].ranks.lexical, found.results[1].content == found.results[1].text }
-- A citation leads to the place in the text.
local hit = RAG.search({ query = "rx-204b", collection = "manual" }).results[1]
seen[3] = { hit.id, hit.heading or "", hit.chunk > 0, hit["end"] > hit.start, hit.metadata.kind }
seen[4] = ids(rag:search("京都", {}))
seen[5] = ids(RAG.search("chain brakes 自転", { collection = "manual", filters = { ["or"] = { { kind = "note" }, { year = { lt = 2000 } } } } }))
seen[6] = ids(RAG.search("chain brakes 自転", { collection = "manual", filter = { tags = "oil", ["not"] = { year = { range = { 2021, 2030 } } } } }))
-- What can not be done as asked is said.
local noted = rag:search("chain", { threshold = 0.5, mode = "hybrid", rerank = true })
seen[7] = noted.notes

-- Another text in its place; the old words are gone.
assert(rag:ingest({ id = "chain", text = "A belt needs no oil." }).replaced == 1)
assert(#rag:search("skips stretched").results == 0 and rag:search("belt").results[1].id == "chain")
local about = rag:get_stats()
seen[8] = { about.document_count, about.chunk_count, about.model == nil or about.model == JSON.null, about.searches > 5, about.storage_size_mb > 0 }
seen[9] = RAG.list_collections()
seen[10] = RAG.delete_documents("manual", { document_ids = { "brakes", "nobody" } })
seen[11] = RAG.delete({ filter = { year = { exists = true } } }, { collection = "manual" }).deleted
assert(#rag:search("spongy brakes 自転車").results == 0 and rag:get_stats().document_count == 1)
-- No sign is an operator.
for _, query in ipairs({ "*", "-belt", "\"", "a AND (", "foo:bar", "belt*", "NOT belt", "%", "'; --" }) do rag:search(query) end
seen[12] = { RAG.cleanup("manual"), #RAG.list_collections(), RAG.save() }
return seen

-- Vectors of a model: asked for once for each text, fixed for the collection, fused with words.
local rag = RAG.create({ collection = "v", embedding_provider = "local", embedding_model = "tiny" })
assert(rag.search_mode == "hybrid" and rag.model == "local/tiny")
local steps = {}
local done = rag:ingest({
  { id = "a", text = "The brakes squeal on wet rims." }, { id = "b", text = "Feed the starter with flour." },
}, { on_progress = function(step) steps[#steps + 1] = { step.documents, step.of } end })
local seen = { { done.vectors, done.tokens > 0, done.search, steps } }
-- What is there already costs nothing; of what changed, only what is new.
seen[2] = { rag:ingest({ { id = "a", text = "The brakes squeal on wet rims." } }).vectors, rag:ingest({ { id = "a", text = "The brakes squeal on wet rims.", metadata = { new = true } } }).vectors }
local about = rag:get_stats()
seen[3] = { about.model, about.dimensions, about.metric, about.search, about.chunk_count }
local found = rag:search("squealing brake", { limit = 2, explain = true })
seen[4] = { found.search, found.results[1].id, found.results[1].similarity > 0, found.results[1].ranks.semantic, found.notes == nil }
local semantic = rag:search("squeal brakes", { mode = "semantic", threshold = 0.2 })
seen[5] = { semantic.search, #semantic.results, semantic.results[1].id, semantic.results[1].lexical_score == nil }
seen[6] = { rag:search("flour", { mode = "lexical" }).search, rag:search("flour", { rerank = "local/ranker" }).results[1].rerank_score ~= nil }
local ok, problem = pcall(RAG.create, { collection = "v", embedding_model = "local/other" })
seen[7] = problem.code .. ": " .. problem.message
-- Another model is another collection: everything is embedded anew.
local other = RAG.rebuild("v", { embedding_model = "local/other", dimensions = 64 })
seen[8] = { other.model, other.dimensions, other.document_count, other:search("flour").results[1].id }
RAG.rebuild(other, { model = "none" })
seen[9] = { RAG.get_stats("v").search, RAG.get_stats("v").model == nil, RAG.search("flour", { collection = "v" }).results[1].id }
return seen

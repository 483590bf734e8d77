-- Vectors that can not be compared are refused, and nothing that was there is lost.
local rag = RAG.create({ collection = "v", model = "local/m" })
rag:ingest({ { id = "one", text = "first" }, { id = "two", text = "second" } })
local seen = {}
for i = 1, 5 do
  local ok, problem = pcall(rag.ingest, rag, { id = "bad", text = "bad " .. i })
  assert(not ok)
  seen[i] = { problem.code, problem.message, problem.details.done }
end
local found = rag:search("second", { mode = "semantic" })
seen[6] = { found.results[1].id, found.results[1].similarity == 1, found.total, rag:get_stats().document_count }
return seen

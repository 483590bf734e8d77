-- Keeps texts in a collection, finds them again, and answers questions from what is kept.
local function needed(given, name)
  return given[name] or error("knowledge-management: '" .. given.operation .. "' needs `" .. name .. "`", 0)
end

return function(given, ask)
  local place = { collection = given.collection }
  if given.operation == "add" then
    local done = RAG.ingest({ text = needed(given, "text") }, place)
    return { documents = done.documents_processed, chunks = done.chunks_created }
  elseif given.operation == "stats" then
    local stats = RAG.get_stats(given.collection)
    return { documents = stats.document_count, chunks = stats.chunk_count }
  end
  local query, passages, lines = needed(given, "query"), {}, {}
  for i, one in ipairs(RAG.search(query, { collection = given.collection, limit = given.limit }).results) do
    passages[i], lines[i] = { text = one.text, score = one.score }, "[" .. i .. "] " .. one.text
  end
  if given.operation == "search" then return passages end
  if #passages == 0 then return { answer = "Nothing of this is kept.", passages = passages } end
  local answer = ask{
    system = "Answer from the passages alone, and name their numbers. Say so if they do not hold the answer.",
    prompt = query .. "\n\n" .. table.concat(lines, "\n"),
  }
  return { answer = tostring(answer), passages = passages }
end

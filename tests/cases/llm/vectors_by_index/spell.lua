-- Vectors belong to texts by their index. A length is asked for only where the spell does.
local function first(texts, dimensions)
  local ok, why = pcall(llm.embed, {input = texts, model = "local/text-embedding-3-small", dimensions = dimensions})
  if ok then return why.embeddings[1] end
  return {why.code, why.message}
end
local two = {"tea", "coffee"}
return {first(two), first(two), first(two), first(two), first(two), first({"tea"}, 2)}

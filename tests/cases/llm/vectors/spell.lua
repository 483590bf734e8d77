-- Embeddings and reranking, by the double.
local one = llm.embed("tea")
local many = llm.embed({"tea", "coffee"})
local all = llm.embed{input = {"tea", "coffee"}, model = "m", dimensions = 16}
assert(type(one[1]) == "number" and #many == 2 and many[1][1] == one[1])
assert(#all.embeddings[2] == 16 and #all.embedding == 16 and all.provider and all.usage)
local ranked = llm.rerank("green tea", {"red wine", "green tea leaves"})
assert(ranked.results[1].document == "green tea leaves" and ranked.results[1].index == 2)
assert(#llm.rerank{query = "tea", documents = {"a", "b", "c"}, top = 1}.results == 1)
local wrong = {}
for _, request in ipairs{{}, {input = "x", dimensions = 0}, {input = {"x"}, purpose = "fun"}} do
  local ok, why = pcall(llm.embed, request.input and request or {inputs = "x"})
  wrong[#wrong + 1] = tostring(why)
end
return wrong

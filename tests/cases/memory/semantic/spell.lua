-- What is known, found by its words; contexts from it, from what was said, and from documents.
assert(#Memory.semantic.query("anything") == 0)
RAG.configure{ tenant_id = "other" } -- of RAG, and not of this
local id = Memory.semantic.add("The sea is salty.", { topic = "sea" })
Memory.semantic.add({ text = "Bread is made of flour.", id = "bread" })
local found = Memory.semantic.query("salty sea", 1)
assert(#found == 1 and found[1].content == "The sea is salty." and found[1].metadata.topic == "sea")
assert(Memory.semantic.search("flour")[1].id == "bread")
RAG.configure{}
Memory.episodic.add(nil, "user", "Tell me of the sea.")
RAG.ingest("The sea is deep.")
local hybrid = Context.assemble("sea", "hybrid", 1000)
local only = Context.assemble("sea", "semantic", 1000)
local rag = Context.assemble{ query = "sea", strategy = "rag", max_tokens = 1000 }
assert(Context.test("sea", "rag").entries == 1 and Context.strategyStats().rag.calls == 2)
assert(hybrid.chunks[1].chunk.source == "semantic" and hybrid.token_count == hybrid.tokens and hybrid.formatted == hybrid.text)
assert(#Context.strategies() == 4)
local stats = Memory.stats()
assert(stats.truncated == false)
local gone = Memory.semantic.forget("bread").deleted
local ok, why = pcall(Context.assemble, "x", "sematic", 10)
return { id ~= nil, hybrid.text, only.text, rag.text, stats.episodic_count, stats.semantic_count, gone, (why:gsub("^spell.lua:%d+: ", "")) }

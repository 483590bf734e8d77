-- What was said is found by time and by words.
local id = Session.create({ id = "talk" })
for i, said in ipairs({ "Tides come twice a day.", "The moon pulls the sea.", "Bread needs yeast.", "The SEA is salty; the sea is deep." }) do
  assert(Memory.episodic.add(id, i % 2 == 1 and "user" or "assistant", said, { n = i }) == i)
end
Memory.add(nil, "user", "outside of sessions")
local recent = Memory.episodic.recent(id, 2)
assert(#recent == 2 and recent[1].number == 3 and recent[2].content:find("salty") and recent[1].metadata.n == 3)
local found = Memory.episodic.search(id, "sea, moon!", 10)
assert(#found == 2 and found[1].number == 2 and found[1].score > found[2].score)
assert(#Memory.search(id, "needs nothing of this") == 1 and #Memory.search(id, "zebra") == 0 and #Memory.search(id, "") == 0)
assert(#Memory.recent(id, { role = "user" }) == 2 and #Memory.recent(id, { after = 1, limit = 1 }) == 1)
assert(Memory.recent(id, { after = 1, limit = 1 })[1].number == 2)
Session.set_current(id)
assert(#Memory.recent() == 4 and #Memory.recent("global") == 1)
assert(Memory.forget(id, 2) == 2 and #Memory.recent() == 2 and Memory.add(nil, "user", "five") == 5)
-- What fits into so many tokens of a model, in the order of time.
local all = Context.assemble{ query = "sea", max_tokens = 1000, model = "openai/gpt-4o" }
assert(#all.entries == 3 and all.exact == true and all.text:sub(1, 5) == "user:" and all.entries[1].number == 3)
local few = Context.assemble{ query = "sea", max_tokens = all.tokens - 1, model = "openai/gpt-4o", session = id }
assert(#few.entries == 2 and few.tokens < all.tokens and few.text:find("salty"))
assert(Context.assemble("sea", "episodic", 1, id).text == "")
assert(Context.count_tokens("The quick brown fox jumps.", "openai/gpt-4o") == 6)
assert(#Context.count_tokens({ "a", "b" }, "openai/gpt-4o") == 2)
-- It goes with its session.
Session.delete(id)
assert(not pcall(Memory.recent, id))
return all.tokens

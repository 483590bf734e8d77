-- A model puts what was said before the last entries in short; the summary takes their place.
local id = Session.create({ id = "talk" })
for i = 1, 6 do Memory.add(id, "user", "entry " .. i) end
local done = Memory.consolidate(id, { model = "test/small", keep = 2, max_tokens = 100 })
assert(done.consolidated == 4 and done.summary == "They spoke of tides." and done.usage.total_tokens == 15)
local left = Memory.recent(id)
assert(#left == 3 and left[1].content == "entry 5" and left[3].role == "summary" and left[3].metadata.through == 4)
-- Where there is nothing to put in short, no model is asked.
assert(Memory.consolidate(id, { model = "test/small" }).consolidated == 0)
return left[3].content

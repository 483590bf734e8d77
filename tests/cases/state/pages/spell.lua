-- Keys in the order of their bytes, page by page.
local changes = {}
for i = 1, 1000 do changes[i] = { op = "save", scope = "many", key = ("k%04d"):format(i), value = i } end
State.commit(changes)
for _, key in ipairs({ "a", "b/1", "b/2", "Z", "k0000", "\u{e9}", "\u{1F600}" }) do State.save("many", key, key) end
local all = State.list_keys("many")
assert(#all == 1007 and all[1] == "Z" and all[1006] == "\u{e9}" and all[1007] == "\u{1F600}")

-- By hand.
local page, pages, keys = { next = nil }, 0, 0
repeat
  page = State.page("many", { prefix = "k", limit = 300, after = page.next })
  pages, keys = pages + 1, keys + #page.entries
until not page.next
assert(pages == 4 and keys == 1001)
local first = State.page("many", { prefix = "k00", limit = 2, values = true })
local last = State.page("many", { after = "k1000" })
assert(last.next == nil and #last.entries == 2 and last.entries[1].value == nil and last.entries[1].version > 0)
-- A prefix, a part, and what comes after.
assert(#State.list_keys("many", "b/") == 2 and #State.list_keys("many", { limit = 5 }) == 5 and #State.list_keys("none") == 0)
assert(State.list_keys("many", { after = "k0998", limit = 3 })[3] == "\u{e9}")
local total = 0
for _, value in pairs(State.all("many", { prefix = "k0" })) do total = total + (tonumber(value) or 0) end
-- A page with values ends early, and nothing is lost by it.
for i = 1, 5 do State.save("large", "k" .. i, ("x"):rep(200000)) end
local large = State.page("large", { values = true })
return { first, total, #large.entries, large.next, #State.list_keys("large"), #State.all("large").k5 }

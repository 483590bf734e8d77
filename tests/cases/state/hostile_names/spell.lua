-- Names of any kind are just names: no two of them meet, and none leads out of its place.
local names = {
  "a", "b", "a:b", ":", "a\0", "\0", "../a", "..", "/", "\\", "a/b", "*", "%", "'; drop table", "a\nb", " ", "a ", "A",
  "\u{e9}", "e\u{301}", "\u{430}", "\u{ff41}", "\u{202e}a", "\u{feff}a", "tenant:other", "other", "__proto__", "constructor",
  "meta", "version", ("k"):rep(512),
}
for i, scope in ipairs(names) do
  local changes = {}
  for j, key in ipairs(names) do changes[j] = { op = "save", scope = scope, key = key, value = i * 1000 + j } end
  State.commit(changes)
end
for i, scope in ipairs(names) do
  local all = State.list_keys(scope)
  assert(#all == #names, scope)
  for j, key in ipairs(names) do assert(State.load(scope, key) == i * 1000 + j, key) end
end
-- One scope goes, and no other with it.
assert(State.clear("a") == #names and #State.list_keys("a") == 0)
local scopes = State.scopes()
assert(#scopes == #names - 1)
for _, scope in ipairs(scopes) do assert(#State.list_keys(scope) == #names) end
-- A prefix means its bytes.
assert(#State.list_keys("b", "a\0") == 1 and #State.list_keys("b", "../") == 1 and #State.list_keys("b", "*") == 1)
-- Of backups, only their ids are names.
local seen = {}
for _, id in ipairs({ "", "../backup-1", "backup-1/../x", "\0", ("b"):rep(65536), "backup-1" }) do
  local ok, problem = pcall(State.restore, id)
  seen[#seen + 1] = problem.code .. ": " .. problem.message
end
return seen

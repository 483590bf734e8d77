local function why(call, ...)
  local ok, problem = pcall(call, ...)
  return ok and "ok" or (tostring(problem):gsub("^spell%.lua:%d+: ", ""))
end
local deep = 1
for _ = 1, 70 do deep = { deep } end
return {
  why(State.save, "", "k", 1), why(State.save, "s", "", 1), why(State.load, ("s"):rep(513), "k"), why(State.load, "s", ("k"):rep(4097)),
  why(State.save, "s", ("k"):rep(65536), 1), why(State.save, true, "k", 1), why(State.load, "s"), why(State.delete),
  why(State.save, "s", "k", ("x"):rep(1048577)), why(State.save, "s", "k", { deep }), why(State.save, "s", "k", { [1] = 1, a = { print } }),
  why(State.save, "s", "k", 1, { tttl = 1 }), why(State.save, "s", "k", 1, { ttl = 1, ttl_ms = 5 }), why(State.save, "s", "k", 1, { ttl = 0 }),
  why(State.save, "s", "k", 1, { ttl_ms = 1, expires_at = 5 }), why(State.save, "s", "k", 1, { if_version = 1, if_absent = true }),
  why(State.save, "s", "k", 1, { ttl_ms = "1" }), why(State.save, "s", "k", 1, 60), why(State.save, "s", "k", 1, { expires_at = 1000000000000000 }),
  why(State.increment, "s", "k", "1"), why(State.increment, "s", "k", 1, { if_version = 1 }),
  why(State.commit, 1), why(State.commit, { { key = "k" } }), why(State.commit, { { op = "put", key = "k" } }),
  why(State.commit, { { op = "check", key = "k" }, { op = "dellete", key = "k" } }), why(State.commit, { { op = "clear", key = "k" } }),
  why(State.list_keys, "s", { limit = 0 }), why(State.list_keys, "s", { size = 1 }), why(State.list_keys, ""), why(State.clear),
  why(function() return State.saev end), why(function() return storage.put end),
  why(State.agent_get, {}, "k"), why(State.set, "k"), why(State.save, "s", "text", "t"), why(State.increment, "s", "text"),
  why(State.save, "k", 5), why(State.load), why(State.save, "s", "k", 1, { seconds = 5 }), why(State.delete, "s", "k", { version = 1 }),
  why(State.commit, { { op = "save", key = "k", value = 1, ttk = 5 } }),
}

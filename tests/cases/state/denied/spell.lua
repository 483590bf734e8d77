-- An operator may keep spells from the store.
local ok, problem = pcall(State.load, "global", "k")
assert(not ok and problem.code == "denied", problem)
State.save("global", "k", 1)

-- Whatever JSON can carry comes back as it was, in every scope.
local values = {
  1, -9007199254740993, 1.5, 0.1, "", "text", "\u{1F600} \0 \n", true, false, { 1, 2, { 3 } }, JSON.array({}), {},
  { a = { b = { c = JSON.array({ {}, JSON.array({}) }) } } },
}
for i = 1, #values do
  State.save("global", "value " .. i, values[i])
  local back = State.load("global", "value " .. i)
  assert(JSON.encode(back) == JSON.encode(values[i]), i)
  assert(math.type(back) == math.type(values[i]), i)
end
-- Null is a value that reads as nothing.
State.save("global", "null", JSON.null)
assert(State.load("global", "null") == nil and State.load("global", "null", 7) == 7 and State.exists("global", "null"))
-- The same key of another scope is another one.
State.save("agent:a", "k", 1)
State.save("agent:b", "k", 2)
State.save("workflow:research", "k", 3)
assert(State.load("agent:a", "k") == 1 and State.load("agent:b", "k") == 2 and State.load("workflow:research", "k") == 3)
assert(State.load("agent:c", "k") == nil and State.load("agent:c", "k", "none") == "none")
-- It is a copy.
local list = { 1 }
State.save("global", "list", list)
list[2] = 2
assert(#State.load("global", "list") == 1)
assert(State.delete("agent:a", "k") == true and State.delete("agent:a", "k") == false and not State.exists("agent:a", "k"))
return { State.scopes(), State.list_keys("workflow:research"), State.entry("workflow:research", "k") }

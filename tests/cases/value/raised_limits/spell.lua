-- What the operator allows is allowed: long texts, deep and wide values, photos.
local function nested(levels) local value = 1 for _ = 1, levels do value = {value} end return value end
local function wide(count) local value = {} for i = 1, count do value[i] = i end return value end
local function kept(value) State.save("global", "k", value) return State.load("global", "k") end
assert(#kept(("x"):rep(2000000)) == 2000000)
assert(#kept(wide(150000)) == 150000)
assert(JSON.encode(kept(nested(85))) == JSON.encode(nested(85)))
local agent = Agent.create{name = "reader"}
assert(#agent:run(("word "):rep(400000)) > 100)
agent:set_history(agent:get_history())
agent:save_state()
assert(agent:run{prompt = "what?", images = {"\137PNG\r\n\26\n" .. ("r"):rep(1500000)}} ~= "")
local said = {}
for i, value in ipairs{("x"):rep(3500000), nested(95), wide(250000)} do
  local ok, why = pcall(State.save, "global", "k", value)
  said[i] = tostring(why):match("more than.-%)")
end
return said

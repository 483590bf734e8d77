-- Runs that are begun and never looked at: what is left is cancelled, and too many at once are refused.
local agent = Agent.create{stateless = true}
for i = 1, 300 do
  agent:stream("slow")
  util.sleep(1) -- it has begun
  if i % 50 == 0 then collectgarbage() end
end
util.sleep(1)
assert(agent:run("fast").text == "done" and agent:get_state().running == 0)
local kept = {}
for i = 1, 128 do
  kept[i] = agent:stream("slow")
  if i < 128 then util.sleep(1) end
end
local more = agent:stream("slow")
local ok, why = pcall(more.next, more)
return {ok, why.code}

-- Runs that are begun and never looked at: what is left is cancelled, and too many at once are refused.
local agent = Agent.create{stateless = true}
for i = 1, 1000 do agent:stream("slow") end
collectgarbage()
assert(agent:run("fast") == "done")
local kept = {}
for i = 1, 200 do kept[i] = agent:stream("slow") end
local ok, why = pcall(kept[200].next, kept[200])
return {ok, why.code}

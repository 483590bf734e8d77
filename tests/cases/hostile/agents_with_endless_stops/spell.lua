-- Each list is small on its way and large in the host, where an agent keeps it: 600 of these took 3 GB.
local stop = {}
for i = 1, 65 do stop[i] = "a" end
local ok, why = pcall(Agent.create, {stop = stop})
stop[65] = nil
return {ok, why.code, Agent.create{stop = stop}:describe().stop[64]}

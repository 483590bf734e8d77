-- A debate of agents, with coroutines
local function debater(name, stance)
    local agent = llm.agent({
        model = "gpt-4",
        system = string.format("You are %s and argue %s the motion.", name, stance),
        temperature = 0.8,
    })
    return coroutine.wrap(function(motion)
        local last = motion
        while true do
            local said = agent:run("Reply to: " .. last)
            last = coroutine.yield(name .. ": " .. said)
        end
    end)
end

local motion = params.motion or "Tabs are better than spaces"
local pro, con = debater("Pia", "for"), debater("Otto", "against")
local transcript = {}
local line = motion
for round = 1, tonumber(params.rounds or "2") do
    line = pro(line); transcript[#transcript + 1] = line
    line = con(line); transcript[#transcript + 1] = line
end
for i, l in ipairs(transcript) do console.log(i .. ". " .. l) end

local judge = llm.agent({ model = "claude-3-opus", system = "You judge debates. Answer as JSON with winner and score." })
local verdict = judge:run("Judge:\n" .. table.concat(transcript, "\n"))
local decoded = json.decode(verdict)
console.log("winner: " .. decoded.winner .. " with " .. decoded.score)
console.log("verdict has " .. #verdict .. " characters; " .. verdict:upper():sub(1, 10))
local scores = setmetatable({}, { __index = function(t, k) t[k] = 0 return 0 end })
scores[decoded.winner] = scores[decoded.winner] + decoded.score
return { winner = decoded.winner, scores = scores, rounds = #transcript // 2 }

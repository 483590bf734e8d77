-- An interview driven by a JSON config and prompt templates
local f = io.open("config.json", "r")
local config = JSON.parse(f:read("*a")); f:close()
local function render(tpl, vars)
    return (tpl:gsub("{{%s*([%w_%.]+)%s*}}", function(path)
        local v = vars
        for part in path:gmatch("[^.]+") do v = type(v) == "table" and v[part] or nil end
        if v == nil then error("template: no value for " .. path, 2) end
        return type(v) == "table" and table.concat(v, ", ") or tostring(v)
    end))
end
local interviewer = llm.agent({ model = config.models.interviewer, system = render(config.prompts.system, config), temperature = config.temperature })
local answers = io.open("answers.txt")
local turns = {}
local q = interviewer:run(render(config.prompts.first, { topic = config.topics }))
for line in answers:lines() do
    turns[#turns + 1] = { q = q.text, a = line }
    if #turns >= config.max_turns then break end
    q = interviewer:run(line)
end
answers:close()
for i, t in ipairs(turns) do printf = printf or function(fmt, ...) io.write(string.format(fmt, ...)) end printf("%2d. %s\n    -> %s\n", i, t.q, t.a) end
local score = llm.complete({ model = config.models.judge, messages = {
    { role = "system", content = "Score from 0 to 10, as XML." },
    { role = "user", content = json.encode(turns) } }, temperature = 0, max_tokens = 50 })
local n = tonumber(score.content:match("<score>%s*(%d+)%s*</score>"))
print("score", n, score.finish_reason, score.usage.total_tokens >= 0, score.model)
local level = (n >= 8 and "senior") or (n >= 5 and "mid") or "junior"
local yaml = {}
local function dump(v, indent)
    for _, k in ipairs((function() local ks = {} for k in pairs(v) do ks[#ks + 1] = k end table.sort(ks, function(a, b) return tostring(a) < tostring(b) end) return ks end)()) do
        local x = v[k]
        if type(x) == "table" then yaml[#yaml + 1] = ("  "):rep(indent) .. k .. ":"; dump(x, indent + 1)
        else yaml[#yaml + 1] = ("  "):rep(indent) .. k .. ": " .. tostring(x) end
    end
end
dump({ level = level, turns = turns }, 0)
print(table.concat(yaml, "\n"))
local pretty = JSON.stringify({ level = level, topics = config.topics, empty = config.empty }, true)
print(pretty)
print(JSON.stringify(config.empty), #config.empty, config.nothing == nil, config.big, config.float)
print(pcall(render, "{{ nope }}", {}))
local history = interviewer.history or interviewer.messages
print(type(history))
for word, count in pairs((function() local c = {} for _, t in ipairs(turns) do for w in t.a:lower():gmatch("%a+") do c[w] = (c[w] or 0) + 1 end end return c end)()) do if count > 1 then print(word, count) end end
return { score = n, level = level, started = os.date("%Y-%m-%dT%H:%M:%SZ", 0) }

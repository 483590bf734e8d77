-- What agents and tools keep in the host has a bound over all of them, however small its text is.
local items = {}
for i = 1, 9000 do items[i] = {[""] = 0} end
local function fill(make)
    local kept = {}
    for i = 1, 200 do
        local ok, why = pcall(make, i)
        if not ok then return why.code, i <= 20 end
        kept[i] = why
    end
    return "no end"
end
local text = '{"a":[' .. ('{"":0},'):rep(30000) .. "1]}"
local function conversation(arguments)
    return {{role = "user", content = "x"},
        {role = "assistant", content = "", tool_calls = {{id = "c", name = "add", arguments = arguments}}},
        {role = "tool", tool_call_id = "c", content = "3"}}
end
local function remember(arguments)
    return function() local agent = Agent.create{} agent:set_history(conversation(arguments)) return agent end
end
local told = {}
local function tell(name, ...) told[name] = {...} collectgarbage() end
tell("schemas", fill(function() return Agent.create{schema = {type = "object", default = items}} end))
tell("histories", fill(remember({a = items})))
tell("texts", fill(remember(text)))
local ok, why = pcall(remember('{"a":' .. ("["):rep(100) .. ("]"):rep(100) .. "}"))
tell("deep", why.code)
tell("tools", fill(function(i)
    return Tool.create{name = "t" .. i, parameters = {type = "object", default = items}, execute = function() end}
end))
return told

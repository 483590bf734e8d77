-- go-llmspell style
local name = params.name or "friend"
local text, err = llm.chat("Greet " .. name)
if err then print(err) return end
print(text)

tools.register("shout", "Says it louder", { type = "object", properties = { text = { type = "string" } } }, function(p)
    return p.text:upper() .. "!"
end)
local out, terr = tools.execute("shout", { text = "hello" })
print(out, terr)
local none, nerr = tools.execute("nonexistent_tool", {})
print(none, nerr ~= nil)

storage.set("visits", (storage.get("visits") or 0) + 1)
print("visits", storage.get("visits"), storage.exists("visits"))

local data, jerr = json.decode('{"a": [1, 2, {"b": null}], "c": 1.5}')
print(data.a[2], data.c, #data.a)
print(json.encode({ 1, 2, 3 }), json.encode({ k = "v" }))
local bok, berr = pcall(json.decode, "{not json")
print(bok, berr ~= nil)

local chunks = {}
local serr = llm.stream_chat("Tell me", function(chunk) chunks[#chunks + 1] = chunk end)
print(table.concat(chunks), serr)
local comp, cerr = llm.complete("Once upon a time", 20)
print(comp, cerr)
local fail, ferr = llm.chat("fail please")
print(fail, ferr and tostring(ferr):match("rate") ~= nil)

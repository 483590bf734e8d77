-- zigllms style: agents by id, tools, events, hooks
local agent, tool, event, hook = zigllms.agent, zigllms.tool, zigllms.event, zigllms.hook
local id = agent.create({ name = "helper", provider = "openai", model = "gpt-4", temperature = 0.7 })
assert(type(id) == "string", "an id")
print("exists", agent.exists(id), agent.exists("nobody"))
print("state", agent.get_state(id).state or agent.get_state(id), agent.State.IDLE)
local calls = 0
local sub = event.subscribe("job.*", function(e) heard = true print("event", e.type, e.data.n) end)
local tid = tool.register({
    name = "word_count",
    description = "Counts words",
    parameters = { type = "object", properties = { text = { type = "string" } }, required = { "text" } },
    execute = function(input)
        calls = calls + 1
        local _, n = input.text:gsub("%S+", "")
        return { words = n }
    end,
})
local r = tool.execute(tid, { text = "one two three" })
print("words", (r.result or r).words or r.words, calls)
print("tool known", tool.exists(tid), tool.get_info(tid).name)
for _, t in ipairs(tool.list()) do if t.name == "word_count" or t == "word_count" then print("listed") end end
local bad, why = pcall(tool.execute, tid, { txt = "x" })
print("bad input refused", not bad, why ~= nil)
local h = hook.register("tool:before_execution", function(ctx) print("hook", ctx.tool_name or ctx.component_id.name) end, hook.Priority.HIGH)
tool.execute(tid, { text = "a b" })
hook.disable(h)
tool.execute(tid, { text = "a b" })
hook.enable(h)
hook.unregister(h)
event.emit("job.done", { priority = event.Priority.CRITICAL, data = { n = 5 } })
while not heard do util.sleep(1) end
event.unsubscribe(sub)
local resp = agent.run(id, "Hello, world!")
print("reply", tostring(resp))
print("list", #agent.list())
agent.configure(id, { temperature = 0.1 })
agent.reset(id)
print("destroyed", agent.destroy(id), agent.exists(id))
local ok, e = pcall(function() return agent.get_state("invalid_agent_id") end)
print(ok, "Error:", e)

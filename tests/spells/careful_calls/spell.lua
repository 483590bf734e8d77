-- Calls that fail, and what a careful author does about it
local function said(e) return (tostring(e):gsub("; known are.*", ""):gsub("; available.*", "")) end
local function retry(fn, opts)
    opts = opts or {}
    local tries, delay = opts.tries or 3, opts.delay or 10
    local last
    for i = 1, tries do
        local ok, res = pcall(fn, i)
        if ok then return res, i end
        last = res
        local msg = tostring(res)
        Logger.warn("attempt failed", { attempt = i, error = msg })
        if msg:lower():find("denied") or msg:find("401") then break end
        if i < tries then util.sleep(delay * 2 ^ (i - 1)) end
    end
    error("gave up: " .. tostring(last), 0)
end
local agent = Agent.builder():name("flaky"):model("openai/gpt-4"):build()
local res, n = retry(function(i) return agent:execute({ text = "try " .. i }) end, { tries = 3 })
print("after", n, res.text)
print(pcall(retry, function() error("denied: nope") end))

local breaker = { failures = 0, open = false }
local function guarded(prompt)
    if breaker.open then return nil, "circuit open" end
    local ok, r = pcall(agent.execute, agent, { text = prompt })
    if ok then breaker.failures = 0 return r.text end
    breaker.failures = breaker.failures + 1
    breaker.open = breaker.failures >= 2
    return nil, type(r) == "table" and r.code or r
end
for i = 1, 3 do print(guarded("broken " .. i)) end
breaker.open, breaker.failures = false, 0
print(guarded("fine"))

-- errors by kind
local ok, e = pcall(function() return Tool.execute("no_such_tool", {}) end)
print(ok, (tostring(e):match("^[^;\n]+")))
print(pcall(function() return Tool.get("no_such_tool") end))
ok, e = pcall(function() return Tool.execute("calculator", { expression = "1 / 0" }) end)
print(ok, type(e) == "table" and (e.success), ok and (e.result and e.result.result))
local calc = Tool.execute("calculator", { operation = "evaluate", input = "2 +" })
print(calc.success, calc.error and calc.error.message ~= nil)
ok, e = pcall(Agent.create, { name = "x", mdoel = "openai/gpt-4" })
print(ok, said(e))
ok, e = pcall(function() return Agent.builder():name("nomodel"):build() end)
print(ok, e)
ok, e = pcall(function() return Hook.register("InvalidHookPoint", function() end) end)
print(ok, said(e))
ok, e = pcall(State.save, "global", "fn", function() end)
print(ok, said(e))
ok, e = pcall(JSON.parse, "{")
print(ok)
print(JSON.stringify({ list = {}, nested = { 1, { x = "y" } } }))
ok, e = pcall(function() return agent:run() end)
print(ok, said(e))
ok, e = pcall(function() return agent.run("hello") end)
print(ok, said(e))
ok, e = pcall(function() return agent:runn("hello") end)
print(ok, said(e))
ok, e = pcall(function() return Workflow.sequential({ name = "w", steps = { { name = "a", type = "tool", tool = "agent_executor", input = {} } } }):execute({}) end)
print(ok, said(e))
ok, e = pcall(function() return Workflow.sequential({ name = "w", steps = { { name = "a", type = "agent", agent = "ghost", input = "x" } } }):execute({}) end)
print(ok, said(e))
ok, e = pcall(function() return Workflow.sequential({ name = "w", steps = { { name = "a", handler = function() return 1 end }, { name = "b", agent = agent, prompt = "{{step:aa:output}}" } } }):execute({}) end)
print(ok, said(e))
ok, e = pcall(function() local s = "text"; return s.field.sub end)
print(ok, said(e))
local ok3, e3 = pcall(util.sleep, "long")
print(ok3, tostring(e3))

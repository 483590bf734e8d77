-- Sales pipeline as a DAG
local csv = util.read_file and util.read_file("sales.csv") or io.open("sales.csv"):read("a")
local function split(line, sep)
    local out = {}
    for field in (line .. sep):gmatch("(.-)" .. sep) do out[#out + 1] = field end
    return out
end
local wf = Workflow.sequential({
    name = "sales",
    steps = {
        { name = "load", handler = function(ctx)
            local rows, header = {}, nil
            for line in csv:gmatch("[^\n]+") do
                local f = split(line, ",")
                if not header then header = f else
                    local row = {}
                    for i, h in ipairs(header) do row[h] = tonumber(f[i]) or f[i] end
                    rows[#rows + 1] = row
                end
            end
            return rows
        end },
        { name = "totals", depends_on = { "load" }, handler = function(ctx)
            local t = {}
            for _, r in ipairs(ctx.load) do t[r.region] = (t[r.region] or 0) + r.amount end
            return t
        end },
        { name = "best", depends_on = { "load" }, handler = function(ctx)
            local best
            for _, r in ipairs(ctx.steps.load.output) do if not best or r.amount > best.amount then best = r end end
            return best
        end },
        { name = "report", depends_on = { "totals", "best" }, agent = Agent.create({ name = "reporter", model = "openai/gpt-4", system_prompt = "You write reports." }),
          prompt = "Totals $totals.output, best {{step:best:output.region}}, cost $50" },
        { name = "save", depends_on = { "report" }, retry_policy = { max_attempts = 2, backoff_ms = 1 }, handler = function(ctx)
            State.save("workflow:sales", "report", ctx.report)
            return { success = true, length = #ctx.report }
        end },
    },
})
local check = wf:validate()
print("valid: " .. tostring(check.valid == nil and check or check.valid))
local ok, result = pcall(function() return wf:execute({ input = "q1" }) end)
if not ok then print("failed: " .. tostring(result)); os.exit(1) end
print(result.status, result.success)
print(State.load("workflow:sales", "report"))
for name, step in pairs(result.steps) do
    assert(step.status == "completed", name)
end
local names = {}
for name in pairs(result.steps) do names[#names + 1] = name end
table.sort(names)
print(table.concat(names, " "))

-- a cycle must be told
local bad = { name = "bad", steps = {
    { name = "a", depends_on = { "b" }, handler = function() return 1 end },
    { name = "b", depends_on = { "a" }, handler = function() return 2 end },
} }
print(pcall(function()
    local w = Workflow.sequential(bad)
    local v = w:validate()
    if not v.valid then error(v.errors[1], 0) end
end))
-- failure of a step
local failing = Workflow.sequential({ name = "failing", error_strategy = "continue", steps = {
    { name = "one", handler = function() error("no luck") end },
    { name = "two", handler = function() return "fine" end },
} })
local r = failing:execute({})
print(r.success, r.status, r.steps.one.status, r.outputs.two)
local strict = Workflow.sequential({ name = "strict", steps = { { name = "one", handler = function() return { success = false, error = "bad data" } end } } })
local ok2, e = pcall(strict.execute, strict, {})
print(ok2, tostring(e))

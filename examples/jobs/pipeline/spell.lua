-- Figures through a graph of steps: what depends on nothing runs first, what can overlaps, and a step that fails is tried again
local tries = 0
local flow = Workflow.sequential{name = "sales", steps = {
  {name = "load", handler = function()
    tries = tries + 1
    if tries == 1 then error("the disk is busy") end
    local rows = {}
    for line in io.lines("sales.csv") do
      local region, amount, who = line:match("^(%l+),([%d.]+),(%a+)$")
      if region then rows[#rows + 1] = {region = region, amount = tonumber(amount), who = who} end
    end
    return rows
  end, retry = {max_attempts = 3, backoff_ms = 1}},
  {name = "totals", depends_on = {"load"}, handler = function(context)
    local totals = {}
    for _, row in ipairs(context.load) do totals[row.region] = (totals[row.region] or 0) + row.amount end
    return totals
  end},
  {name = "best", depends_on = {"load"}, handler = function(context)
    local best = context.load[1]
    for _, row in ipairs(context.load) do if row.amount > best.amount then best = row end end
    return best
  end},
  {
    name = "report", depends_on = {"totals", "best"}, agent = Agent.create{name = "clerk", model = "openai/gpt-4o-mini", system = "Two sentences."},
    prompt = "North {{totals.output.north}}, south {{totals.output.south}}. Best: {{best.output.who}}. The prize is $50.",
  },
}}

local checked = flow:validate()
assert(checked.valid, table.concat(checked.errors, "; "))
local result = flow:execute{}
for _, name in ipairs{"load", "totals", "best", "report"} do
  local step = result.steps[name]
  print(("%-7s %s after %d"):format(name, step.status, step.attempts))
end
print(result.text)
return {best = result.outputs.best.who, status = result.status}

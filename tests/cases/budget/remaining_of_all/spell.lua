-- Every budget that applies, from the inside out; `tokens` and `cost` are the least that is left of any.
local function show()
  local left, lines = Budget.remaining(), {}
  for i, one in ipairs(left.budgets) do
    local whose = one.period and one.whose .. "/" .. one.period or one.whose
    lines[i] = string.format("%s %s %s of %s", whose, one.budget, one.left, one.allowed)
  end
  return table.concat(lines, ", ") .. "; " .. left.tokens .. " and " .. left.cost
end
print(show())
Tool.create{name = "look", parameters = {type = "object"}, execute = function()
  print(show())
  return "seen"
end}
local agent = Agent.create{name = "a", model = "openai/gpt-4o", tools = {"look"}, limits = {tokens = 800}}
agent:run("question")
print(show())

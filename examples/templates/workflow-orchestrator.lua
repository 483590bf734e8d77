-- A workflow of tasks for one goal. One after the other, each is told what came of the one before.
return function(given, ask)
  local steps = {}
  for i, task in ipairs(given.tasks) do
    steps[i] = {
      name = "task" .. i,
      execute = function(context)
        local before = given.pattern == "sequential" and i > 1 and "\n\nWhat came of the task before:\n" .. tostring(context.previous.output) or ""
        return tostring(ask{ system = "You do one task of several for this goal: " .. given.goal, prompt = tostring(task) .. before })
      end,
    }
  end
  local done = Workflow[given.pattern]{ name = "orchestrator", steps = steps }:execute{}
  local outputs, lines = {}, {}
  for i, task in ipairs(given.tasks) do
    local output = tostring(done.steps["task" .. i].output)
    outputs[i], lines[i] = { task = tostring(task), output = output }, tostring(task) .. ":\n" .. output
  end
  local summary = ask{ system = "You sum up what was done.", prompt = "Goal: " .. given.goal .. "\n\n" .. table.concat(lines, "\n\n") }
  return { summary = tostring(summary), tasks = outputs }, { metadata = { pattern = given.pattern, status = done.status } }
end

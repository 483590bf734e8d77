-- Breaks a topic into questions, answers each, and writes a report. With `search`, what the tool web-searcher finds is given along.
return function(given, ask)
  local list = ask{ system = "You plan research. Answer with one question a line and nothing else.", prompt = ("Name %d questions to answer about: %s"):format(given.questions, given.topic) }
  local questions = {}
  for line in tostring(list):gmatch("[^\n]+") do
    if line:find("%S") and #questions < given.questions then questions[#questions + 1] = (line:gsub("^[%s%d%.%)%-]+", "")) end
  end
  local notes, findings = {}, {}
  for i, question in ipairs(questions) do
    local found = ""
    if given.search then
      local results = Tool.execute("web-searcher", { input = question, max_results = 3 })
      found = "\nWhat a search found:\n" .. JSON.encode(results.result or results)
    end
    local answer = ask{ system = "You answer from what you are given and what you know, and say what is uncertain.", prompt = question .. found }
    findings[i] = { question = question, answer = tostring(answer) }
    notes[i] = question .. "\n" .. tostring(answer)
  end
  local report = ask{ system = "You write clear reports with a summary first.", prompt = "Write a report on " .. given.topic .. " from these notes:\n\n" .. table.concat(notes, "\n\n") }
  return tostring(report), { metadata = { findings = findings }, artifacts = { { name = "report.md", type = "text/markdown", content = tostring(report) } } }
end

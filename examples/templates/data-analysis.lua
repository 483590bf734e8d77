-- Measures a table with the tool csv-analyzer, and has a model answer a question about what was measured.
return function(given, ask)
  local measured = Tool.execute("csv-analyzer", { operation = "analyze", input = given.data })
  if measured.success == false then error(measured.error.message) end
  local answer = ask{
    system = "You explain data. Say only what the numbers show.",
    prompt = given.question .. "\n\nWhat was measured, as JSON:\n" .. JSON.encode(measured.result),
  }
  return { answer = tostring(answer), measured = measured.result }
end

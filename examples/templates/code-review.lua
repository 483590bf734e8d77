-- Looks at a program once for each concern, and puts what was found in order.
return function(given, ask)
  local findings, lines = {}, {}
  for i, concern in ipairs(given.concerns) do
    local found = tostring(ask{
      system = "You review code for " .. tostring(concern) .. " alone. Name each problem with its line and what to do; say so if there is none.",
      prompt = "Language: " .. given.language .. "\n\n" .. given.code,
    })
    findings[i], lines[i] = { concern = tostring(concern), found = found }, tostring(concern) .. ":\n" .. found
  end
  local summary = ask{ system = "You put findings in the order of how much they matter.", prompt = table.concat(lines, "\n\n") }
  return { summary = tostring(summary), findings = findings }, { metadata = { lines = select(2, given.code:gsub("\n", "\n")) + 1 } }
end

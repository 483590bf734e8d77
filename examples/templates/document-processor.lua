-- Works through a text in parts of ten paragraphs, eight at most, and puts what came of them together.
local tasks = {
  summarize = "Summarise this part of a document in %s.",
  extract = "List the facts, names, dates and numbers in this part of a document, one a line, in %s.",
  translate = "Translate this part of a document to %s. Answer with the translation alone.",
}

return function(given, ask)
  local paragraphs, parts = {}, {}
  for paragraph in (given.text .. "\n\n"):gmatch("(.-)\n\n+") do
    if paragraph:find("%S") then paragraphs[#paragraphs + 1] = paragraph end
  end
  local size = math.max(10, math.ceil(#paragraphs / 8))
  for first = 1, #paragraphs, size do
    local part = table.concat(paragraphs, "\n\n", first, math.min(first + size - 1, #paragraphs))
    parts[#parts + 1] = tostring(ask{ system = tasks[given.operation]:format(given.language), prompt = part })
  end
  local whole = table.concat(parts, "\n\n")
  if given.operation == "summarize" and #parts > 1 then
    whole = tostring(ask{ system = "Make one summary of these, in " .. given.language .. ".", prompt = whole })
  end
  return whole, { metadata = { paragraphs = #paragraphs, parts = #parts } }
end

-- Puts texts and files into categories. What a model says that names none of them is "other".
return function(given, ask)
  local names, found, counts = {}, {}, {}
  for i, category in ipairs(given.categories) do names[i] = tostring(category) end
  local function sort(source, text)
    local said = tostring(ask{ system = "Answer with one of these words and nothing else: " .. table.concat(names, ", "), prompt = text }):lower()
    local category = "other"
    for _, name in ipairs(names) do
      if said:find(name:lower(), 1, true) then
        category = name
        break
      end
    end
    counts[category] = (counts[category] or 0) + 1
    found[#found + 1] = { source = source, category = category }
  end
  for i, text in ipairs(given.texts) do sort("text " .. i, tostring(text)) end
  for _, path in ipairs(given.files) do sort(tostring(path), util.read_file(tostring(path))) end
  return { files = found, counts = counts }
end

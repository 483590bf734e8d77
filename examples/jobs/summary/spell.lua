-- Long texts, summarised paragraph by paragraph, two at a time, and the summaries together: -- texts/shore.txt texts/wood.txt
local reader = Agent.create{name = "reader", model = "openai/gpt-4o-mini", system = "One short sentence.", stateless = true}
local editor = Agent.create{name = "editor", model = "openai/gpt-4o", system = "Put these notes into one text."}

local parts = {}
for _, path in ipairs(arg) do
  for paragraph in (util.read_file(path) .. "\n\n"):gmatch("(.-)\n\n+") do
    if paragraph:find("%S") then parts[#parts + 1] = {path = path, text = paragraph} end
  end
end

-- Two workers take the next part until none is left.
local next_part, tokens = 1, 0
local function work()
  while next_part <= #parts do
    local part = parts[next_part]
    next_part = next_part + 1
    local reply = reader:run(part.text)
    part.note, tokens = reply.text, tokens + reply.usage.total_tokens
  end
end
Task.all{Task.spawn(work), Task.spawn(work)}

local notes = {}
for i, part in ipairs(parts) do
  notes[i] = ("%s: %s"):format(part.path:match("[^/]+$"), part.note)
  print(notes[i])
end
local whole = ""
for piece in editor:stream(table.concat(notes, "\n")) do
  if not piece.done then whole = whole .. piece end
end
print(whole)
return {parts = #parts, tokens = tokens}

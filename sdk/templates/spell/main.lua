-- Writes verses about a topic.
local poet = Agent.create{name = "poet", system = "Answer in one line of verse."}

local verses = {}
for i = 1, params.count do
  local verse = poet:run("Write a verse about " .. params.topic .. ".")
  print(i .. ". " .. verse)
  verses[i] = verse
end

return {topic = params.topic, verses = verses}

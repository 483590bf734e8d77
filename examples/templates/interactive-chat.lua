-- Answers messages one after the other, each with what was said before. With `session`, what was said is kept in its memory.
return function(given, ask)
  local said, transcript = { { role = "system", content = given.system } }, {}
  if given.session then
    for _, entry in ipairs(Memory.recent(given.session, 20)) do
      if entry.role == "user" or entry.role == "assistant" then said[#said + 1] = { role = entry.role, content = entry.content } end
    end
  end
  local function add(role, content)
    said[#said + 1], transcript[#transcript + 1] = { role = role, content = content }, { role = role, content = content }
    if given.session then Memory.add(given.session, role, content) end
  end
  for _, message in ipairs(given.messages) do
    add("user", tostring(message))
    add("assistant", tostring(ask{ messages = said }))
  end
  return transcript, { metadata = { turns = #given.messages } }
end

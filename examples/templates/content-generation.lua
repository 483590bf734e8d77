-- Plans a text, drafts it, and edits the draft.
return function(given, ask)
  local what = ("%s of about %d words, in a %s tone, on: %s"):format(given.format, given.words, given.tone, given.topic)
  local outline = tostring(ask{ system = "You plan texts. Answer with an outline alone.", prompt = "Outline: " .. what })
  local draft = tostring(ask{ system = "You write texts from outlines.", prompt = "Write: " .. what .. "\n\nOutline:\n" .. outline })
  local text = tostring(ask{ system = "You edit texts: shorter words, no repetition, nothing new. Answer with the text alone.", prompt = draft })
  return text, { metadata = { outline = outline, draft = draft }, artifacts = { { name = given.format .. ".md", type = "text/markdown", content = text } } }
end

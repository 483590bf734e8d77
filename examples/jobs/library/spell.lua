-- Research with citations that are checked: --allow-write out --param topic="tide pools"
local topic = params.topic or "tide pools"
local books = require("./books.json")

local cited = {} -- books that the search has found, by number
Tool.register{
  name = "library_search", description = "Finds books by a word",
  parameters = {type = "object", required = {"word"}, properties = {word = {type = "string"}}},
  execute = function(given)
    local found = JSON.array{}
    for number, book in ipairs(books) do
      if book.text:lower():find(given.word:lower(), 1, true) then
        cited[number] = book
        found[#found + 1] = {number = number, title = book.title, text = book.text}
      end
    end
    return found
  end,
}

local planner = Agent.create{name = "planner", model = "openai/gpt-4o-mini", system = "You plan research: one question a line."}
local scholar = Agent.create{
  name = "scholar", model = "openai/gpt-4o", tools = {"library_search"},
  system = "You answer from what you find in the library, and name the book's number as [1].",
}

local page = {"# Research: " .. topic, ""}
for question in planner:run("Plan research about " .. topic):gmatch("[^\n]+") do
  local ok, answer = pcall(scholar.run, scholar, question)
  local text = ok and answer.text or ("(no answer: %s)"):format(answer.code)
  -- A number that no search gave is an invention.
  text = text:gsub("%[(%d+)%]", function(number)
    if not cited[tonumber(number)] then return "[not found]" end
  end)
  page[#page + 1] = ("## %s\n%s\n"):format(question, text)
end
page[#page + 1] = "## Books"
for number, book in ipairs(books) do
  if cited[number] then page[#page + 1] = ("%d. %s"):format(number, book.title) end
end
local name = ("out/%s.md"):format(topic:gsub("%s+", "_"))
tools.file_write(name, table.concat(page, "\n") .. "\n")
print(table.concat(page, "\n"))
return name

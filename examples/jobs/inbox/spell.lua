-- Sorts a folder of mails, and writes drafts of answers: --allow-read mail --allow-write out
local schema = {
  type = "object", required = {"urgency", "label"},
  properties = {urgency = {type = "integer", minimum = 1, maximum = 5}, label = {enum = {"work", "private", "spam"}}, answer = {type = "string"}},
}
local clerk = Agent.create{name = "clerk", model = "openai/gpt-4o-mini", system = "You sort mail, and draft an answer where one is due.", stateless = true}

local function read_mail(path)
  local mail, text = {path = path}, tools.file_read(path).text
  local head, body = text:match("^(.-)\r?\n\r?\n(.*)$")
  for name, value in head:gmatch("(%S+):%s*([^\r\n]*)") do mail[name:lower()] = mail[name:lower()] or value end
  mail.body = body
  return mail
end

local function sort_mail(mail)
  local found = clerk:run(("Subject: %s\n\n%s"):format(mail.subject, mail.body), {schema = schema}).object
  found.mail = mail
  return found
end

local list = Tool.execute("file-operations", {operation = "list_dir", path = "mail"}).result.entries
table.sort(list, function(a, b) return a.name < b.name end)
local tasks, sorted, failed = {}, {}, {}
for i, entry in ipairs(list) do
  tasks[i] = Task.spawn(function() return pcall(sort_mail, read_mail("mail/" .. entry.name)) end)
end
for i, task in ipairs(tasks) do
  local ok, found = task:await()
  if ok then sorted[#sorted + 1] = found else failed[#failed + 1] = ("%s: %s"):format(list[i].name, found.code) end
end
table.sort(sorted, function(a, b) return a.urgency > b.urgency end)

for _, found in ipairs(sorted) do
  print(("%d %-8s %s"):format(found.urgency, found.label, found.mail.subject))
  if found.answer then
    local name = found.mail.path:match("([^/]+)%.eml$")
    tools.file_write(("out/%s.txt"):format(name), ("To: %s\n\n%s\n"):format(found.mail.from, found.answer))
  end
end
for _, line in ipairs(failed) do print("not sorted: " .. line) end
return {failed = #failed, sorted = #sorted}

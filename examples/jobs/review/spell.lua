-- Reviews a change from several sides at once:
--   llmspell-wasm run spell.lua --model-script models.jsonl --allow-read . --allow-write out -- change.diff
local path = arg[1] or "change.diff"
local diff = util.read_file(path)

local aspects = {
  {name = "security", system = "You look for holes that an attacker can use."},
  {name = "clarity", system = "You look for names and code that say too little."},
  {name = "speed", system = "You look for work that is done more often than needed."},
}
local form = {
  type = "object", required = {"issues"},
  properties = {issues = {type = "array", items = {
    type = "object", required = {"line", "severity", "text"},
    properties = {line = {type = "integer"}, severity = {enum = {"high", "medium", "low"}}, text = {type = "string"}},
  }}},
}

local function review(aspect)
  local agent = Agent.create{name = aspect.name, model = "openai/gpt-4o-mini", system = aspect.system}
  return agent:run("Review this change:\n" .. diff, {schema = form}).object.issues
end

-- All at once; what fails is told and does not end the others.
local tasks, issues, failed = {}, {}, {}
for i, aspect in ipairs(aspects) do
  tasks[i] = Task.spawn(function() return pcall(review, aspect) end)
end
for i, task in ipairs(tasks) do
  local ok, found = task:await()
  if not ok then failed[#failed + 1] = ("%s: %s"):format(aspects[i].name, found.code) end
  for _, issue in ipairs(ok and found or {}) do
    issue.aspect = aspects[i].name
    issues[#issues + 1] = issue
  end
end

local rank = {high = 1, medium = 2, low = 3}
table.sort(issues, function(a, b)
  if rank[a.severity] ~= rank[b.severity] then return rank[a.severity] < rank[b.severity] end
  return a.line < b.line
end)

local report = {("# Review of %s"):format(path), ""}
for _, issue in ipairs(issues) do
  report[#report + 1] = ("- line %d, %s (%s): %s"):format(issue.line, issue.severity, issue.aspect, issue.text)
end
for _, line in ipairs(failed) do report[#report + 1] = "- not reviewed: " .. line end
tools.file_write("out/review.md", table.concat(report, "\n") .. "\n")
print(table.concat(report, "\n"))
return {issues = #issues, failed = #failed}

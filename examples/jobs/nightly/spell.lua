-- A report on the night, kept as an artifact of a session, and compared with the last one
local day = params.day or "2026-11-29"
local hosts, worst, sum = {}, nil, 0
for line in io.lines("hosts.csv") do
  local name, load, errors = line:match("^(%l+),([%d.]+),(%d+)$")
  if name then
    hosts[#hosts + 1] = {name = name, load = tonumber(load), errors = tonumber(errors)}
    sum = sum + hosts[#hosts].load
    if not worst or hosts[#hosts].errors > worst.errors then worst = hosts[#hosts] end
  end
end

local rows = {}
for i, host in ipairs(hosts) do rows[i] = ("| %s | %.0f %% | %d |"):format(host.name, host.load * 100, host.errors) end
local engineer = Agent.create{name = "engineer", model = "anthropic/claude-3-5-haiku-latest", system = "You watch computers. One sentence."}
local verdict = engineer:run("What is worth a look?\n" .. table.concat(rows, "\n"))

local report = Tool.execute("template-creator", {
  engine = "handlebars",
  input = "# Night of {{day}}\n{{{verdict}}}\n\n| host | load | errors |\n|---|---|---|\n{{#each rows}}{{{this}}}\n{{/each}}",
  context = {day = day, verdict = verdict.text, rows = rows},
}).result.rendered

local session = Session.create{name = "nightly " .. day, tags = {"nightly"}}
Artifact.store(session, "agent_output", day .. ".md", report)
print(Artifact.get(session, day .. ".md").content)

local mean = math.floor(sum / #hosts * 100 + 0.5)
local last = State.load("nightly", "mean")
print(last and ("The mean load was %d %% before."):format(last) or "There is no report to compare with.")
State.save("nightly", "mean", mean)
Session.complete(session)
return {mean = mean, status = Session.get(session).status, worst = worst.name}

-- Two agents take turns, and a third judges them: --param motion=… --param rounds=2
local motion, rounds = params.motion or "Tabs are better than spaces", tonumber(params.rounds or 2)

-- Each side is a coroutine that keeps its agent, and waits for what the other side says.
local function side(name, stance)
  local agent = Agent.create{name = name, model = "openai/gpt-4o-mini", system = ("You are %s and argue %s the motion."):format(name, stance)}
  return coroutine.wrap(function(heard)
    while true do heard = coroutine.yield(name .. ": " .. agent:run("Answer in one sentence: " .. heard)) end
  end)
end

local pro, con = side("Pia", "for"), side("Otto", "against")
local said, last = {}, motion
for _ = 1, rounds do
  for _, speak in ipairs{pro, con} do
    last = speak(last)
    said[#said + 1] = last
    print(last)
  end
end

local judge = Agent.create{name = "judge", model = "anthropic/claude-3-5-haiku-latest", system = "You judge debates."}
local verdict = judge:run("Who won?\n" .. table.concat(said, "\n"), {schema = {
  type = "object", required = {"winner", "why"},
  properties = {winner = {enum = {"Pia", "Otto"}}, why = {type = "string"}},
}}).object
print(("The judge says %s: %s"):format(verdict.winner, verdict.why))
return {winner = verdict.winner, turns = #said}

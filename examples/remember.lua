#!/usr/bin/env -S llmspell-wasm run
-- A spell that remembers: run it twice.
--   llmspell-wasm run examples/remember.lua --offline --param name=Ada
local name = params.name or "friend"
local visits = State.increment("user:" .. name, "visits")
print(visits == 1 and "Welcome, " .. name .. "." or ("Welcome back, %s: visit %d."):format(name, visits))

-- What was said the last time, word for word.
local guide = Agent.create{name = "guide", model = "openai/gpt-4o-mini", system = "You show people around. One sentence."}
if guide:load_state() then
  print(("(the guide remembers %d messages)"):format(#guide:get_history()))
end
print("guide: " .. guide:run(params.question or "What should I look at first?"):sub(1, 70))
guide:save_state()

-- Several changes at once: all of them or none. The note goes by itself after a week.
State.commit{
  {op = "save", scope = "user:" .. name, key = "last_question", value = params.question or "first", ttl = 7 * 24 * 3600},
  {op = "increment", key = "visits_of_all"},
}
return {visits = visits, of_all = State.get("visits_of_all"), known = State.list_keys("user:" .. name)}

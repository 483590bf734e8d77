#!/usr/bin/env -S llmspell-wasm run
-- What a spell can do, and what it can't. Runs without any key:
--   llmspell-wasm run examples/tour.lua --offline --param topic="tide pools"
local show = require "lib.show"
local topic = params.topic or "the sea"

show.title("Ask a model")
local answer = llm.complete{
  model = "openai/gpt-4o-mini",
  messages = {{role = "user", content = "Name one thing about " .. topic .. "."}},
}
print(answer)                                    -- a reply is a string …
print(("%d tokens, answered by %s"):format(answer.usage.total_tokens, answer.provider)) -- … and an object

show.title("Agents with instructions of their own")
local poet = Agent.builder():name("poet"):model("openai/gpt-4o-mini"):system("Answer in one line of verse."):temperature(0.9):build()
local critic = Agent.create{name = "critic", system = "Find the weakest word."}
local verse = poet:run("Write about " .. topic)
print("poet:   " .. verse:sub(1, 70))
print("critic: " .. critic:run(verse):sub(1, 70))

show.title("Errors are values with a code")
local ok, failure = pcall(llm.agent, {temprature = 0.5})
print(ok, failure.code, failure.message)

show.title("What a spell can't reach")
show.try("the environment", function() return env.HOME or "nil: nobody granted HOME" end)
show.try("files elsewhere", function() return dofile("../../etc/passwd") end)
show.try("a shell", function() return os.execute("ls") end)
show.try("all the memory", function() return #("x"):rep(1 << 30) end)

show.title("Time and chance come from the host")
print(os.date("!%Y-%m-%d"), "a die: " .. math.random(6))
Logger.info("the tour is over", {topic = topic})

return {topic = topic, answered_by = answer.provider, words = select(2, tostring(answer):gsub("%S+", ""))}

-- What an agent remembers, and for how long.
local agent = Agent.create{name = "bob", model = "openai/gpt-4", system = "Be brief."}
assert(agent:run("My name is Ann.").text == "Hello Ann.")
assert(agent:run("What is my name?").text == "Ann.", "the second request holds the first turn")
assert(#agent:getHistory() == 4 and agent:get_history()[1].content == "My name is Ann.")

-- A run that fails leaves the history as it was.
local ok, why = pcall(agent.run, agent, "Fail!")
assert(not ok and why.code == "provider" and #agent:get_history() == 4)

-- Stateless: sees nothing and adds nothing, for one run or for all.
assert(agent:run("Who am I?", {stateless = true}).text == "I do not know.")
assert(#agent:get_history() == 4)
local forgetful = Agent.create{stateless = true}
forgetful:run("a")
assert(forgetful:run("b").text == "no a" and #forgetful:get_history() == 0)

-- Set and cleared by hand.
agent:set_history{{role = "user", content = "I am Eve."}, {role = "assistant", content = "Hi Eve."}}
assert(agent:run("And now?").text == "Eve.")
agent:clear_history()
assert(#agent:get_history() == 0)
local ok, why = pcall(agent.set_history, agent, {{role = "assistant"}})
assert(not ok and why.code == "invalid", why)

-- Capped: whole turns go, the oldest first.
local short = Agent.create{custom_config = {max_conversation_length = 4}}
for i = 1, 4 do short:run("question " .. i) end
local history = short:get_history()
return {#history, history[1].content, short:get_state().history}

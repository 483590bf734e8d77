-- An answer that can't be added to the agent's memory is given all the same.
local id = Session.create({})
local tides = Agent.create{ name = "tides", model = "test/small", memory = id }
local first = tides:run("one").text
Session.suspend(id)
local second = tides:run("two").text
return { first, second, #Memory.recent(id) }

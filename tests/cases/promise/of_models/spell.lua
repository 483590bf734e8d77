-- What a model says, later.
local first = llm.chat_promise("one"):next(function(said) return "got " .. said end)
local second = llm.completePromise("two", 5)
local both = promise.all({ first, second }):await()
local third, why = llm.chatAsync("three"):await()
return { both, tostring(third), why == nil }

-- Where nobody knows the price, a budget of money can't be kept: the call is not made.
local ok, failure = pcall(llm.complete, {provider = "local", model = "m", messages = {{role = "user", content = "hi"}}})
assert(failure.code == "budget", failure)
local ok, embedded = pcall(llm.embed, {provider = "local", model = "m", input = "text"})
assert(embedded.message == failure.message, embedded)
return failure.message

-- Replies as they arrive.
local agent = Agent.create{name = "s"}
local heard, last = {}, nil
for piece in agent:stream("one") do
  if piece.done then last = piece else heard[#heard + 1] = piece .. "" end
end
assert(table.concat(heard) == "Hello world" and last.reply.text == "Hello world" and last.reply.usage.total_tokens == 7)
assert(#agent:get_history() == 2)

-- With a function; the reply comes back.
local pieces = 0
local reply = agent:stream("two", function(piece) pieces = pieces + 1 assert(piece.done == false) end)
assert(reply.text == "abc" and pieces >= 1 and reply.finish_reason == "stop")

-- Thoughts are no text.
local thoughts = ""
local reply = agent:invokeStream({prompt = "three"}, function(piece) thoughts = thoughts .. (piece.reasoning or "") end)
assert(reply.text == "42" and reply.reasoning == "Hm." and thoughts == "Hm.")

-- false stops it; so does leaving the loop. Neither adds to the history.
local reply = agent:run_stream("four", function(piece) return false end)
assert(reply.stopped and reply.text == "x" and #agent:get_history() == 6)
for piece in agent:stream("five") do break end
util.sleep(1)
assert(#agent:get_history() == 6 and agent:get_state().running == 0)

-- By hand.
local stream = agent:stream("six")
assert(stream:next().text == "y" and not stream:is_done() and stream:collect().text == "yz" and stream:next() == nil)

-- An error comes after what was said before it.
local before = ""
local ok, why = pcall(function() for piece in agent:stream("seven") do before = before .. piece end end)
assert(not ok and why.code == "provider" and before == "half", why)

-- Single requests.
local text = ""
for piece in llm.stream{prompt = "eight"} do text = text .. piece end
assert(text == "8")
assert(llm.stream("nine", function() end).text == "9")
assert(llm.stream_chat("ten", function(piece) assert(piece == "10") end) == nil)
return agent:get_state().state

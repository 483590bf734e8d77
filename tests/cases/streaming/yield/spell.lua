-- Values of a function that yields them, when they are asked for; it may wait between them.
local made = 0
local stream = Streaming.create(function()
  for i = 1, 3 do
    util.sleep(1)
    made = i
    Streaming.yield({ n = i })
  end
end)
assert(made == 0)
local first = stream:next()
assert(first.n == 1 and made == 1 and not stream:isDone())
local rest = stream:collect()
assert(#rest == 2 and stream:is_done() and stream:next() == nil)
local sum = 0
for value in Streaming.create(function() for i = 1, 4 do Streaming.yield(i) end end) do sum = sum + value end
local failing = Streaming.create(function() Streaming.yield(1) error("broken", 0) end)
assert(failing:next() == 1)
local ok, why = pcall(failing.collect, failing)
assert(not ok and failing:isDone())
local closed = Streaming.create(function() Streaming.yield(1) Streaming.yield(2) end)
closed:next()
closed:close()
assert(closed:isDone())
return { sum, tostring(why), pcall(Streaming.yield, 1) == false }

-- The function is given what yields, as well as having Streaming.yield.
local stream = Streaming.create(function(yield)
  yield(1)
  Streaming.yield(2)
  yield(3)
end)
return stream:collect()

local co = coroutine.wrap(function() while true do for _ = 1, 1000 do end coroutine.yield() end end)
while true do co() end

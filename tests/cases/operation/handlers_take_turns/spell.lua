-- Handlers of the same operation run one after another, in the order of the calls, while the spell waits and at its end.
local log = {}
Event.subscribe("job", function(event)
  print("begins " .. event.data)
  -- Whatever it spawns belongs to it, and is over before the next one begins.
  Task.spawn(function()
    util.sleep(5)
    print("  spawned by " .. event.data)
  end)
  util.sleep(10 - event.data)
  print("ends " .. event.data)
  if event.data == 2 then error("the third still runs") end
end)
for n = 1, 2 do Event.emit("job", n) end
util.sleep(12)
print("the main chunk ends")
for n = 3, 4 do Event.emit("job", n) end

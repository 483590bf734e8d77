-- Tasks that overlap, each of which waits in the middle: what they add is there, all of it, and what they read and write
-- back by hand is not.
local tasks = {}
for i = 1, 8 do
  tasks[i] = Task.spawn(function()
    for _ = 1, 5 do
      util.sleep(i)
      State.increment("exact", i)
      local lost = State.load("global", "lost", 0)
      util.sleep(3)
      State.save("global", "lost", lost + 1)
    end
  end)
end
Task.all(tasks)
-- By compare-and-set, nothing is lost either.
local tries, careful = 0, {}
for i = 1, 4 do
  careful[i] = Task.spawn(function()
    repeat
      local entry = State.entry("careful") or {}
      tries = tries + 1
      util.sleep(i)
    until State.compare_and_set("global", "careful", entry.version, (entry.value or 0) + 1).ok
  end)
end
Task.all(careful)
return { State.get("exact"), State.get("lost") < 40, State.get("careful"), tries > 4 }

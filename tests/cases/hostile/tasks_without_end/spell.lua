-- Each task that ends makes another one: the run's fuel is the end of them.
local function again() Task.spawn(again) end
again()
while true do pcall(util.sleep, 0) pcall(Task.spawn, again) end

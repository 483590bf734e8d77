-- What each task does before and after it waits: in the order of time, not of the list.
local log = {}
local function note(word) log[#log + 1] = word end

local slow = Task.spawn(function(name)
  note(name .. " starts")
  util.sleep(30)
  note(name .. " ends")
  return 1, nil, 3
end, "slow")
local fast = Task.spawn(function()
  note("fast starts")
  util.sleep(10)
  note("fast ends")
end)
note("main goes on")
util.sleep(20)
note("main slept")
local values = table.pack(slow:await())
fast:await()
return {log = log, values = values.n, last = values[3], elapsed = math.floor(os.clock() * 1000)}

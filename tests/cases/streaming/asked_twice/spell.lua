-- Who asks while the next value is under way is told so, and the stream goes on.
local runs = 0
local stream = Streaming.create(function()
  runs = runs + 1
  for i = 1, 3 do util.sleep(1) Streaming.yield(i) end
end)
local function ask()
  local ok, value = pcall(stream.next, stream)
  return ok and value or tostring(value):gsub("^spell.lua:%d+: ", "")
end
local one, two = Task.spawn(ask), Task.spawn(ask)
local answers = { one:await(), (two:await()) }
return { answers, ask(), stream:collect(), runs }

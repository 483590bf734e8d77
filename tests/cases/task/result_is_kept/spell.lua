-- What the main chunk returned is the result, whatever ends the run while the rest goes on.
Task.spawn(function()
  util.sleep(1)
  while true do end
end)
return {main = "is over"}

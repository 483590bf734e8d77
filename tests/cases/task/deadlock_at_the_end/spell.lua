local first, second
first = Task.spawn(function()
  second:await()
end)
second = Task.spawn(function()
  first:await()
end)

local function inner()
  error("nobody asked")
end
Task.spawn(function()
  Task.spawn(function()
    util.sleep(1)
    inner()
  end)
end)
Task.spawn(function() util.sleep(10) print("finished all the same") end)
return "not this"

-- A run may make so many tool calls; the next one ends it. What is refused before it is one does not count.
Tool.register({ name = "one", parameters = { properties = { n = { type = "number" } } }, execute = function(input) print(input.n) end })
for n = 1, 10 do
  pcall(Tool.execute, "none")
  pcall(Tool.execute, "one", { n = "x" })
  pcall(Tool.execute, "one", { n = n })
end
return "not reached"

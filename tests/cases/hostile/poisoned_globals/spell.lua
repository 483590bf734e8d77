local real = {pcall = pcall, next = next, rawset = rawset, print = print}
for name in real.next, {tostring = 1, type = 1, pcall = 1, error = 1, setmetatable = 1, getmetatable = 1, ipairs = 1,
  pairs = 1, select = 1, rawget = 1, assert = 1, string = 1, table = 1, math = 1, coroutine = 1} do
  _G[name] = nil
end
getmetatable = nil
for name in real.next, JSON do JSON[name] = nil end
real.print("still", "here")
return llm.complete{messages = {{role = "user", content = "x"}}}.text

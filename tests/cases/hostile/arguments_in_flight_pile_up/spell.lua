-- Parsed arguments take many times their text. How many calls can be under way has a bound in bytes, too.
local given, answer = {}, nil
for i = 1, 20000 do given[i] = {[""] = 0} end
local answered = Task.spawn(function() while not answer do util.sleep(10) end end)
Tool.create{name = "slow", parallel = true, execute = function() answered:await() return 1 end}
local done, refused, code = 0, 0, nil
for i = 1, 20 do
    Task.spawn(function()
        local ok, why = pcall(Tool.execute, "slow", {a = given})
        if ok then done = done + 1 else refused, code = refused + 1, why.code end
    end)
end
while refused == 0 do util.sleep(10) end
local before = refused
answer = true
while done + refused < 20 do util.sleep(10) end
assert(pcall(Tool.execute, "slow", {a = given}), "what is over is free again")
return {code = code, bounded = done > 0 and done < 10 and before > 0}

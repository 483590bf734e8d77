-- Two hundred hooks that fire each other's points: each chain ends at the nesting that is allowed.
local deepest, codes = 0, {}
for i = 1, 40 do
  Hook.register("custom:" .. i, function(context)
    deepest = math.max(deepest, context.data)
    local ok, failure = pcall(Hook.execute, "custom:" .. i + 1, context.data + 1)
    if not ok then codes[failure.code] = true end
  end)
end
Hook.execute("custom:1", 1)
return { deepest, codes }

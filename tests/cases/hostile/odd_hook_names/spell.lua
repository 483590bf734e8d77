local count = 0
for _, name in ipairs { "custom:\27[2J", "custom:" .. ("x"):rep(1000), "custom:a\0b", "agent:\n:before_execution", ("*:"):rep(200), "tool:" .. ("*"):rep(200) .. ":error" } do
  local ok, failure = pcall(Hook.register, name, function() end)
  if not ok and failure.code == "invalid" then count = count + 1 end
end
local id = Hook.register("custom:ünï.code:*x*", function() return "skip" end, { name = "\27[2J", tags = { "" } })
return { count, Hook.execute("custom:ünï.code:1x2").action, (Hook.get_info(id).name:gsub("%c", "?")) }

Hook.register("custom:x", function() end)
while true do pcall(Hook.execute, "custom:x", {}) end

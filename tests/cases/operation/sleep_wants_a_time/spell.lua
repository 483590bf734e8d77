for _, bad in ipairs{-1, 0/0, math.huge, "x", 1e30} do assert(not pcall(util.sleep, bad), tostring(bad)) end
util.sleep(0)
util.sleep(1.5)

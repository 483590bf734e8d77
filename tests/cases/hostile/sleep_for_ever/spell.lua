while true do pcall(util.sleep, 1000000000) end

while true do pcall(string.rep, "x", 200 << 20) end

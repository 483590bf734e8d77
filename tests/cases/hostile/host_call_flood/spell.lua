while true do pcall(os.time) end

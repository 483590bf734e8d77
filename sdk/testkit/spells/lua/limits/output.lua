local text = ('x'):rep(1 << 16)
while true do print(text) end

-- What a spell calls last, and gives the result of, fails at that line.
local function read() return util.read_file("absent.txt") end
local ok, inner = pcall(read)
if ok or inner.line ~= 2 then error("not so: " .. tostring(inner.line)) end
return util.read_file("absent.txt")

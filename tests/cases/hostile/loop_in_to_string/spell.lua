local looping = setmetatable({}, {__tostring = function() while true do end end})
pcall(print, looping)
os.exit(9)

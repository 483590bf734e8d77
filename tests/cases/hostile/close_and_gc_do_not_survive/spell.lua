setmetatable({}, {__gc = function() while true do end end})
local x <close> = setmetatable({}, {__close = function() while true do end end})
local co = coroutine.wrap(function() local y <close> = x while true do end end)
pcall(co)

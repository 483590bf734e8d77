Tool.register { name = 'broken', execute = function() error('out of tea') end }
local ok, failure = pcall(Tool.execute, 'broken', {})
return not ok and tostring(failure.message):find('out of tea', 1, true) ~= nil

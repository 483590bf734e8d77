-- Many that are looked at; one that is resolved with itself; nothing to call at the end.
for i = 1, 100 do promise.reject(i):catch(function() end) end
local resolve
local itself = promise.new(function(kept) resolve = kept end)
resolve(itself)
local _, why = itself:await()
return { tostring(why), promise.resolve(3):finally(nil):await() }

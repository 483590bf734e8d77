-- An engine that forgets, at each catch, the fuel burnt below it would let this run for ever.
while true do pcall(function() for _ = 1, 1000 do end error() end) end

local function wait(ms, number) return function() util.sleep(ms); return number end end
return Task.race { wait(60000, 0), wait(5, 1) }

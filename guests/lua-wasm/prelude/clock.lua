-- os: time, in UTC. What touches files or processes is not there.
-- After: operation.
local raw, guest = ...
raw = raw.clock
local raise = guest.raise

os = { time = raw.time, date = raw.date, difftime = raw.difftime, clock = raw.elapsed }
function os.execute()
  raise("os.execute: a spell can't run programs; to wait, call util.sleep(milliseconds)")
end

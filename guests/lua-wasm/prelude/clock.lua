-- os: time, in UTC. What touches files or processes is not there.
local raw, guest = ...
local raise, no_files = guest.raise, guest.no_files

os = {
  time = raw.time, date = raw.date, difftime = raw.difftime, clock = raw.elapsed,
  remove = no_files("os.remove"), rename = no_files("os.rename"), tmpname = no_files("os.tmpname"),
}
function os.execute()
  raise("os.execute: a spell can't run programs; to wait, call util.sleep(milliseconds)")
end

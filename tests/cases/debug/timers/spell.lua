-- Timers, what they measured, and the memory that there is. The clock of the tests goes on by what a spell waits.
local timer = Debug.timer("work")
util.sleep(20)
assert(timer:lap("first") == 20 and timer:checkpoint() == 20)
util.sleep(10)
assert(timer:elapsed() == 30 and timer:stop() == 30)
util.sleep(5)
assert(timer:stop() == 30 and timer.name == "work")
assert(Debug.recordEvent(timer, "seen", { n = 1 }) and Debug.recordEvent(timer.id, "again") and not Debug.recordEvent("none", "x"))
local report = Debug.generateReport()
assert(report.timers[1].stopped and #report.timers[1].events == 2 and report.captured_entries == 0)
assert(Debug.jsonReport():find('"work"', 1, true))
assert(Debug.memoryStats().limit_bytes > 0 and Debug.memorySnapshot().timers == 1)
return { report.timers[1].laps, Debug.flameGraph() }

// Timers, what they measured, and the memory that there is. The clock of the tests goes on by what a spell waits.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const timer = Debug.timer("work");
await util.sleep(20);
assert(timer.lap("first") === 20 && timer.checkpoint() === 20, "lap");
await util.sleep(10);
assert(timer.elapsed() === 30 && timer.stop() === 30, "stop");
await util.sleep(5);
assert(timer.stop() === 30 && timer.name === "work", "stopped");
assert(Debug.recordEvent(timer, "seen", { n: 1 }) && Debug.recordEvent(timer.id, "again") && !Debug.recordEvent("none", "x"), "events");
const report = Debug.generateReport();
assert(report.timers[0].stopped && report.timers[0].events.length === 2 && report.captured_entries === 0, "report");
assert(Debug.jsonReport().includes('"work"'), "json");
assert(Debug.memoryStats().limit_bytes > 0 && Debug.memorySnapshot().timers === 1, "memory");
return [report.timers[0].laps, Debug.flameGraph()];

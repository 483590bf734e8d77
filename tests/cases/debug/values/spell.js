// Values as people read them.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const value = { list: [1, 2, 3], name: "a\nb", on: true };
const compact = Debug.dumpCompact(value, "it");
const deep = Debug.dumpWithOptions({ a: { b: { c: 1 } } }, { compact: true, maxDepth: 2 });
const few = Debug.dump_with_options([1, 2, 3], { compact_mode: true, max_items: 1 });
assert(Debug.dump([1, { x: 2 }]) === "[\n  1,\n  {\n    x: 2\n  }\n]", "dump");
const round = {};
round.me = round;
assert(Debug.dumpCompact(round) === "{ me: {…} }", "round");
assert(Debug.dumpVerbose({ x: "y" }).includes("table(1)"), "verbose");
let why;
try { Debug.dumpWithOptions(1, { depth: 2 }); } catch (error) { why = error.message; }
const frames = (() => Debug.stackTrace({ max_depth: 1 }).frames)();
assert(frames.length === 1 && frames[0].line > 0 && Debug.stackTraceJson().includes("frames"), "stack");
return [compact, deep, few, why, frames[0].source.replace(/\..*/, "")];

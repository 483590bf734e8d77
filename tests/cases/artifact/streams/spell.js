// What is too large for one call is written and read piece by piece.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const piece = "0123456789abcdef".repeat(16384); // 256 KiB
const writer = await Artifact.writer(null, "system_generated", "large.txt", { from: "here" });
for (let i = 0; i < 9; i++) await writer.write(piece);
await writer.write("end");
assert(await Artifact.info("large.txt") === undefined, 1);
const kept = await writer.close();
assert(kept.size === 9 * piece.length + 3 && kept.mime_type === "text/plain" && kept.metadata.from === "here", 2);
let total = 0, last;
for await (const part of Artifact.reader(kept)) { total += part.length; last = part; }
assert(total === kept.size && new TextDecoder().decode(last.slice(-4)) === "fend", 3);
let count = 0;
for await (const _ of Artifact.reader("", kept, 500000)) count++;
assert(count === 5, 4);
// The same bytes at once have the same hash, and are kept once.
const again = await Artifact.store(null, null, "again.txt", piece.repeat(9) + "end");
assert(again.content_hash === kept.content_hash, 5);
const second = await Artifact.writer(null, null, "twice.txt");
await second.write(piece.repeat(9));
await second.write("end");
assert((await second.close()).content_hash === kept.content_hash, 6);
// What is given up is not there, and what was closed takes nothing.
const dropped = await Artifact.writer(null, null, "dropped");
await dropped.write("x");
assert(await dropped.cancel() && !await dropped.cancel(), 7);
let problem;
try { await dropped.write("x"); } catch (error) { problem = error; }
assert((await (await Artifact.writer(null, null, "nothing")).close()).size === 0, 8);
return [(await Artifact.list()).length, problem.message.match("the artifact's writer is closed")[0]];

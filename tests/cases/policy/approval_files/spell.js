// What is to be written is part of the question, by whichever way it is written; what lies elsewhere is not asked about.
async function attempt(work, ...rest) {
  try { const answer = await work(...rest); return answer === undefined ? "done" : answer.success; } catch (failure) { return failure.code; }
}
// As io.open does, to tell at once what is not granted.
const add = (path, text) => { require("fs").appendFileSync(path, ""); require("fs").appendFileSync(path, text); };
return [
  await attempt(add, "other.txt", "free"), await attempt(add, "out/one.txt", "first"), await attempt(tools.file_write, "out/two.txt", "second"), await attempt(tools.file_write, "out/three.txt", "third"),
  await attempt(tools.file_write, "link.txt", "by a link"), await attempt(Tool.execute, "file-operations", { operation: "delete", path: "out", recursive: true }),
];

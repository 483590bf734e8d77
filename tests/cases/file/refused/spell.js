// What is not granted is refused, whatever the path or the link; what leads within the grant works.
const ask = async (tool, given) => {
  try {
    const answer = await Tool.execute(tool, given);
    return answer.text ?? (answer.success ? "ok" : answer.error.code);
  } catch (failure) { return failure.code; }
};
const read = (path) => ask("file_read", { path });
const write = (path, content = "canary") => ask("file_write", { path, content });
const move = (source_path, target_path) => ask("file_operations", { operation: "move", source_path, target_path });
return [
  await read("in/inside"), await read(params.folder + "/in/a.txt"),
  await read("in/around"), await read("in/../in/a.txt"), await read("in/up/in/a.txt"), await read("in/out-of-it"), await read("../a.txt"), await read("/etc/passwd"),
  await read(params.folder + "/secret.txt"),
  await read("in"), await read(""), await read("in/a\0b"), await read("a/".repeat(3000)),
  await read("out/b.md"), await read("out/c.txt"), await read("out/odd.md"), await write("out/loop"), await write("in/a.txt"), await write("out/away"),
  await write("secret.txt"), await write("out/sub"), await write("out/b.md", "new"), await move("out/c.txt", "out/c.md"), await move("out/c.txt", "in/c.txt"),
];

// A grant of the home folder does not reach what the program keeps for itself in it, by no way.
const ask = async (tool, given) => {
  try {
    const answer = await Tool.execute(tool, given);
    return answer.text ?? (answer.success ? "ok" : answer.error.code);
  } catch (failure) { return failure.code; }
};
const read = (path) => ask("file_read", { path });
const write = (path) => ask("file_write", { path, content: "x" });
const move = (source_path, target_path) => ask("file_operations", { operation: "move", source_path, target_path });
const guest = "share/own/guests/python/guest.json";
return [
  await read("home/a.txt"), await read("home/" + guest), await read(params.folder + "/home/" + guest), await read("home/link/guests/python/guest.json"),
  await write("home/" + guest), await write("home/link/guests/image"), await write("home/share/own/new"), await write("home/share/other"),
  await move("home/share", "home/moved"), await move("home/a.txt", "home/share/own/a.txt"), await move("home/share/other", "home/b.txt"),
];

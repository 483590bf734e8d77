// A policy narrows what is granted: folders, what is denied in them, and the size of a file.
const ask = async (operation, given) => {
  try {
    const answer = await Tool.execute("file-operations", { operation, ...given });
    return answer.text ?? (answer.success ? "ok" : answer.error.code);
  } catch (failure) { return failure.code; }
};
const names = async () => (await Tool.execute("file-operations", { operation: "list", path: "in" })).result.entries.map((entry) => entry.name);
const listed = await names();
return [
  await ask("read", { path: "in/a.txt" }), await ask("read", { path: "in/private/b.txt" }), await ask("read", { path: "in/to-private" }),
  await ask("read", { path: "out/x.txt" }), listed, await ask("write", { path: "out/x.txt", input: "1234" }),
  await ask("write", { path: "out/x.txt", input: "12345" }), await ask("append", { path: "out/x.txt", input: "5" }),
  await ask("copy", { path: "in/long.txt", to: "out/y.txt" }), await ask("copy", { path: "in/private/b.txt", to: "out/b.txt" }), await ask("list", { path: "." }),
];

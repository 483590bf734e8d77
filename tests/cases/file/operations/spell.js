// Each operation and its other names; the tools with one purpose; folders on the way are made.
const file = (operation, more) => Tool.execute("file-operations", { operation, ...more });
const problem = async (answer) => { const { error } = await answer; return `${error.code}: ${error.message}`; };
const names = (listed) => listed.entries.map((entry) => entry.name);
const seen = {};
seen.read = await file("read", { path: "in/a.md" });
seen.write = await file("write", { path: "out/new/x.txt", input: "abc" });
seen.append = await file("append", { path: "out/new/x.txt", input: "de" });
seen.made = [(await file("create_dir", { path: "out/d/e" })).result.created, (await file("mkdir", { path: "out/d/e" })).result.created];
seen.listed = names((await file("list_dir", { path: "in" })).result);
const first = (await file("ls", { path: "in", limit: 1 })).result;
const second = (await file("dir", { path: "in", limit: 1, after: first.next })).result;
seen.paged = [first.entries[0].name, first.next, second.entries[0].name, second.next !== undefined];
seen.copied = (await file("copy", { source_path: "in/a.md", target_path: "out/copy.md" })).result;
seen.again = (await file("cp", { from: "in/a.md", to: "out/copy.md" })).result.size;
seen.moved = (await file("move", { source_path: "out/copy.md", target_path: "out/moved.md" })).result;
await file("mv", { path: "out/moved.md", to: "out/m.md" });
await file("rename", { source: "out/m.md", target: "out/moved.md" });
const about = (await file("metadata", { path: "out/moved.md" })).result;
seen.metadata = [about.path, about.type, about.size];
if ((await file("stat", { path: "in" })).result.type !== "directory" || (await file("info", { path: "in/a.md" })).result.size !== 3) throw new Error("metadata");
seen.exists = [];
for (const path of ["in/a.md", "in/c.md", "out"]) seen.exists.push((await file("exists", { path })).result.exists);
seen.full = await problem(file("delete", { path: "out/new" }));
seen.deleted = [(await file("delete", { path: "out/new", recursive: true })).result.deleted, (await file("remove", { path: "out/d", recursive: true })).result.deleted];
seen.missing = await problem(file("read", { path: "in/c.md" }));
seen.incomplete = await problem(file("copy", { path: "in/a.md" }));
seen.short = [(await tools.file_write("out/short.txt", "one")).result.size, (await tools.file_read("out/short.txt")).text, (await Tool.execute("file-read", { file_path: "out/short.txt" })).result.input];
seen.aliases = [
  (await Tool.execute("file_operations", { op: "exists", path: "in" })).success, (await Tool.execute("file-manager", { action: "exists", path: "in" })).success,
  (await Tool.execute("file_reader", { path: "in/a.md" })).success, (await tools.file_writer("note.txt", "text")).success,
];
seen.glob = (await tools.file_read("note.txt")).text;
return seen;

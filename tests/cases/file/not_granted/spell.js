// Without a grant there are no tools for files: they are not shown, and whoever asks for one is told of the flag.
const trial = async (work) => { try { await work(); return false; } catch (failure) { return `${failure.code}: ${failure.message}`; } };
const seen = {
  listed: Tool.list().some((tool) => tool.name.startsWith("file")), called: await trial(() => tools.file_write("a.md", "text")),
  either: await trial(() => Tool.execute("file_operations", { operation: "read" })), asked: await trial(() => Tool.execute("file_read", {})),
  agent: await trial(() => Agent.create({ model: "local/m", tools: ["file_write"] })),
};
seen.open = (await trial(() => require("fs").writeFileSync("a.md", "x"))).slice("denied: ".length);
return seen;

// file-converter: encodings, line endings and indentation.
const convert = (operation, given) => Tool.execute("file-converter", { operation, ...given });
const problem = async (answer) => { const { error } = await answer; return `${error.code}: ${error.message}`; };
const text = async (path) => (await tools.file_read(path)).text;
const encoded = (await convert("encoding", { path: "a.txt", target_path: "latin.txt", to_encoding: "latin1" })).result;
await convert("encoding", { path: "latin.txt", target_path: "back.txt", from_encoding: "windows-1252", to_encoding: "utf-8" });
await convert("line_endings", { path: "a.txt", target_path: "lines.txt", line_ending: "crlf" });
await convert("indentation", { path: "a.txt", target_path: "spaces.txt", indentation: "spaces", tab_size: 2 });
return {
  encoded, back: await text("back.txt"), lines: await text("lines.txt"), spaces: await text("spaces.txt"),
  lost: await problem(convert("encoding", { path: "a.txt", to_encoding: "shift_jis" })),
  wrong: await problem(convert("encoding", { path: "latin.txt", to_encoding: "utf-8" })),
  unknown: (await problem(convert("encoding", { path: "a.txt", to_encoding: "klingon" }))).includes("klingon"),
  missing: await problem(convert("line_endings", { path: "a.txt" })),
};

// file-search: texts and patterns, in some of the files of a folder.
const search = (given) => Tool.execute("file-search", given);
const lines = async (given) => (await search(given)).result.matches.map((one) => [one.file_path, one.line_number, one.column_number, one.line_content]);
const around = (await search({ pattern: "two", path: "src", case_sensitive: false, context_lines: 1 })).result.matches[0];
const cut = (await search({ pattern: "tides", path: "src", max_results: 1 })).result;
const wrong = (await search({ pattern: "(", path: "src", use_regex: true })).error;
const outside = await search({ pattern: "tides", path: "/etc" }).then(() => undefined, (failure) => failure.code);
return {
  plain: await lines({ pattern: "tides", path: "src" }), summary: (await search({ pattern: "tides", path: "src" })).result.summary,
  narrow: await lines({ query: "^(Two )?T[i-j]des", path: "src", use_regex: true, case_sensitive: false, include_extensions: ["md"], exclude_dirs: ["skip"] }),
  around: [around.context_before, around.context_after], flat: (await lines({ pattern: "tides", path: "src", recursive: false })).length,
  cut: [cut.matches.length, cut.summary.truncated], file: await lines({ pattern: "tides", path: "src/deep/b.md" }),
  wrong: `${wrong.code}: ${wrong.message}`, outside,
};

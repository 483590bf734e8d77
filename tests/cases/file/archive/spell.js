// archive-handler: an archive is made, listed and unpacked, in each format.
const archive = (operation, path, more) => Tool.execute("archive_handler", { operation, path, ...more });
const problem = async (answer) => { const { error } = await answer; return `${error.code}: ${error.message}`; };
const seen = {};
for (const ending of ["zip", "tar.gz", "tar"]) {
  const path = "packed." + ending, one = {};
  one.made = (await archive("create", path, { files: ["in", "note.md"] })).result.files;
  one.listed = (await archive("list", path)).result.entries.map(({ name, size }) => [name, size]);
  const result = (await archive("extract", path, { target_path: "out/" + ending })).result;
  [one.extracted, one.size] = [result.extracted, result.size];
  one.again = (await tools.file_read(`out/${ending}/in/deep/b.txt`)).text;
  seen[ending] = one;
}
seen.other = await problem(archive("list", "a.rar"));
seen.nothing = await problem(archive("create", "a.zip"));
return seen;

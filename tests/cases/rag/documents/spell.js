// Documents in files: what is granted, each format as it reads.
const done = await RAG.ingest([{ file: "docs/guide.md" }, { file: "docs/page.html" }, { filePath: "docs/table.csv" }, { file: "docs/code.lua" }]);
const seen = [done.ids];
const first = async (query) => {
  const hit = (await RAG.search(query)).results[0];
  return hit ? [hit.id, hit.text, hit.heading ?? "", hit.source] : "nothing";
};
for (const query of ["tides", "berth", "depth 12", "anchor", "secret evil"]) seen.push(await first(query));
seen.push((await RAG.ingestFile("docs/guide.md")).unchanged);
const why = async (document) => {
  try { await RAG.ingest([{ text: "first" }, document]); } catch (problem) { seen.push(problem.code + ": " + problem.message); }
};
await why({ file: "docs/no.pdf" });
await why({ file: "docs/no.docx" });
await why({ file: "secret.md" });
await why({ file: "docs/none.md" });
await why({ text: "<p hidden>x</p>", format: "html" });
return seen;

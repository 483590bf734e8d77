// What is wrong with a call is said in one line.
const told = [];
const refused = async (work, ...given) => {
  let failure;
  try { await work(...given); } catch (error) { failure = error; }
  if (!failure) throw new Error("not refused: " + JSON.stringify(given).slice(0, 80));
  told.push((failure.code ?? "script") + ": " + failure.message);
};
await refused(Artifact.store, null, "custom", undefined, "x");
await refused(Artifact.store, null, "costum", "n", "x");
await refused(Artifact.store, null, "custom", "n".repeat(1025), "x");
await refused(Artifact.store, null, "custom", "", "x");
await refused(Artifact.store, "no such session", "custom", "n", "x");
await refused(Artifact.store, "s".repeat(129), "custom", "n", "x");
await refused(Artifact.store, null, "custom", "n", "x", { mime_type: "text" });
await refused(Artifact.store, null, "custom", "n", "x", { tags: [""] });
await refused(Artifact.store, null, "custom", "n", "x", { ttl_ms: 1, expires_at: 2 });
await refused(Artifact.get, "", {});
await refused(Artifact.get, 0);
await refused(Artifact.query, { limit: 0 });
await refused(Artifact.query, { name_pattern: "*".repeat(129) });
await refused(Artifact.query, { after: "x" });
await refused(Artifact.query, { nam: "x" });
await refused(Artifact.query, { session_id: "*", name: "x" });
await refused(Artifact.versions, 7);
await refused(Artifact.store_file, null, "/etc/hostname");
await refused(Artifact.get_to_file, null, "n", "out.txt");
await refused(Artifact.reader, "no");
const writers = [];
for (let i = 1; i <= 16; i++) writers.push(await Artifact.writer(null, null, "w" + i));
await refused(Artifact.writer, null, null, "w17");
for (const writer of writers) if (!await writer.cancel()) throw new Error("not cancelled");
if ((await Artifact.list("global")).length !== 0) throw new Error("something is left");
return told;

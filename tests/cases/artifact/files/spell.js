// From a file that is granted, and to one, without passing the spell.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const kept = await Artifact.storeFile(null, "in/a.md", "user_input", { tags: ["t"] });
assert(kept.name === "a.md" && kept.mime_type === "text/markdown" && kept.size === 7 && kept.tags[0] === "t", 1);
assert((await Artifact.get("a.md")).content === "# Tides", 2);
const named = await Artifact.storeFile(null, "in/a.md", undefined, { name: "other" });
assert(named.name === "other" && named.content_hash === kept.content_hash, 3);
const written = await Artifact.getToFile("", kept, "out/b.md");
assert(written.content_hash === kept.content_hash, 4);
const code = async (work, ...given) => { try { await work(...given); } catch (failure) { return failure.code; } };
return [
  await code(Artifact.storeFile, null, "in/missing.md"), await code(Artifact.storeFile, null, "out/b.md"),
  await code(Artifact.getToFile, "", kept, "in/a.md"), await code(Artifact.getToFile, "", "missing", "out/c.md"),
  await code(Artifact.storeFile, null, "in"), await code(Artifact.storeFile, null, "in/../in/a.md"),
];

// Artifacts outside of sessions: versions, contents kept once, types, queries, deletion.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const first = await Artifact.store(null, "agent_output", "report.md", "# One", { tags: ["a", "b"], topic: "tides" });
assert(first.session_id === "global" && first.sequence === 1 && first.version === 1 && first.mime_type === "text/markdown", 1);
assert(first.content_hash.length === 64);
const second = await Artifact.store("", "agent_output", "report.md", "# Two");
assert(second.version === 2 && second.sequence === 2 && second.tags.length === 0, 2);
// The same content has the same hash.
const same = await Artifact.store(undefined, undefined, "copy.md", "# One");
assert(same.content_hash === first.content_hash && same.type === "custom", 3);
const got = await Artifact.get("report.md");
assert(got.content === "# Two" && got.version === 2, 4);
assert((await Artifact.get("", { name: "report.md", version: 1 })).content === "# One", 5);
assert((await Artifact.get(first)).content === "# One" && (await Artifact.get(first)).metadata.topic === "tides", 6);
assert((await Artifact.get(1)).content === "# One", 7);
// What is not there is undefined.
assert(await Artifact.get("no") === undefined && await Artifact.info("", 99) === undefined && await Artifact.exists("report.md"), 8);
assert(await Artifact.get({ sequence: 1, content_hash: "0".repeat(64) }) === undefined, 9);
// Objects are stored as JSON, bytes as they are, and nothing at all is a content, too.
const data = await Artifact.store({ name: "data", content: { n: 1 }, type: "tool_result", ttl: 60 });
assert(data.mime_type === "application/json" && data.expires_at === data.created_at + 60000, 10);
assert(JSON.parse((await Artifact.get("data")).content).n === 1, 11);
const bytes = await Artifact.store(null, "custom", "x.bin", new Uint8Array([0, 255, 1]));
assert(bytes.size === 3 && bytes.mime_type === "application/octet-stream" && (await Artifact.get("x.bin")).content[1] === 255, 12);
assert((await Artifact.store(null, "custom", "empty", "")).size === 0 && (await Artifact.get("empty")).content === "", 13);
// Both spellings, and other names for the same.
assert(Artifact.storeFile === Artifact.store_file && Artifact.put === Artifact.store, 14);
const names = (await Artifact.list()).map((found) => found.name + " " + found.version);
const count = async (query) => (await Artifact.query(query)).length;
assert(await count({ name_pattern: "*.md" }) === 3 && await count({ type: "agent_output" }) === 2 && await count({ tags: ["b", "a"] }) === 1, 15);
assert(await count({ mime_type: "text/*" }) === 4 && await count({ min_size: 1, max_size: 3 }) === 1 && await count({ limit: 2 }) === 2, 16);
assert(await count({ created_after: first.created_at, session_id: "*" }) === 6 && await count({ created_before: 1 }) === 0, 17);
let page = await Artifact.page({ limit: 4, name_pattern: "*.md" });
assert(page.artifacts.length === 3 && !page.next, 18);
page = await Artifact.page({ limit: 2 });
assert(page.artifacts.length === 2 && (await Artifact.page({ limit: 2, after: page.next })).artifacts.length === 2, 19);
const versions = await Artifact.versions("report.md");
assert(versions.length === 2 && versions[0].version === 2, 20);
// One that is deleted leaves the others with its content.
assert(await Artifact.delete(first) && !await Artifact.delete(first) && (await Artifact.get("copy.md")).content === "# One", 21);
assert((await Artifact.store(null, null, "report.md", "# Three")).version === 3, 22);
return names;

// A session from its creation to its end, and what belongs to it.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const refused = async (work) => { try { await work(); } catch (error) { return error; } };
assert(await Session.currentId() === undefined && await Session.getCurrent() === undefined && await Session.current() === undefined, 1);
const id = await Session.create({ name: "tides", description: "of the sea", tags: ["sea", "moon"], metadata: { topic: "tides" } });
let found = await Session.get(id);
assert(found.id === id && found.name === "tides" && found.status === "active" && found.custom_metadata.topic === "tides", 2);
assert(found.created_at === found.updated_at && !found.parent_session_id, 3);
// Its own id, a parent, an end.
const child = await Session.builder().id("child").name("more").tag("sea").tag("x").parentSessionId(id).ttl(60).metadata("n", 1).build();
assert(child === "child", 4);
found = await Session.get("child");
assert(found.parent_session_id === id && found.expires_at === found.created_at + 60000 && found.tags.length === 2 && found.custom_metadata.n === 1, 5);
assert(await Session.get("no") === undefined && !await Session.exists("no"), 6);
// Lists.
assert((await Session.list()).length === 2 && (await Session.list({ tags: ["moon"] })).length === 1 && (await Session.list({ limit: 1 })).length === 1, 7);
const page = await Session.page({ limit: 1 });
assert(page.sessions[0].id === "child" && (await Session.page({ after: page.next })).sessions.length === 1, 8);
// The current one is meant where none is named.
await Session.setCurrent(id);
assert(await Session.currentId() === id && (await Session.get()).id === id, 9);
const kept = await Artifact.store(null, "user_input", "note", "one");
assert(kept.session_id === id && kept.sequence === 1 && (await Artifact.get("note")).content === "one", 10);
assert((await Artifact.list()).length === 1 && (await Artifact.list("child")).length === 0 && (await Artifact.list("global")).length === 0 && (await Artifact.query({ session_id: "*" })).length === 1, 11);
await State.save("session:" + id, "k", 1);
// Changes of several fields, one after the other, all stay.
await Session.update(id, { metadata: { a: 1, topic: null } });
found = await Session.update({ description: "changed" });
assert(found.custom_metadata.a === 1 && found.custom_metadata.topic === undefined && found.description === "changed" && found.name === "tides", 12);
assert(await Session.save() && (await Session.load(id)).id === id, 13);
// Suspended: it is read, and nothing is added.
assert((await Session.suspend()).status === "suspended" && (await Session.list({ status: "suspended" })).length === 1, 14);
const problem = await refused(() => Artifact.store(null, null, "more", "x"));
assert(problem.code === "conflict", 15);
assert((await Artifact.get("note")).content === "one", 16);
assert((await Session.resume(id)).status === "active", 17);
assert((await Session.complete(id)).status === "completed", 18);
const over = await refused(() => Session.resume(id));
assert(over.code === "conflict", 19);
// What is not there yet says so.
assert(await Session.canReplay(id) === false && (await Session.listReplayable()).length === 0, 20);
const replay = await refused(() => Session.replay(id));
// With it goes what belongs to it.
assert(await Session.delete(id) && !await Session.delete(id) && await Session.current() === undefined, 21);
assert(await Session.get(id) === undefined && (await State.listKeys("session:" + id)).length === 0 && (await Artifact.query({ session_id: "*" })).length === 0, 22);
return [problem.message.replace(/'[^']*'/, "X"), over.message.replace(/'[^']*'/, "X"), replay.message];

// Sessions and artifacts are granted by the session's id.
const told = [];
const refused = async (work, ...given) => {
  let failure;
  try { await work(...given); } catch (error) { failure = error; }
  if (failure?.code !== "denied") throw new Error(String(failure));
  told.push(failure.message);
};
const assert = (truth) => { if (!truth) throw new Error("not so"); };
await refused(Session.create, { name: "without an id of its own" });
await refused(Session.create, { id: "other" });
await refused(Session.create, { id: "research:child", parent_session_id: "other" });
const id = await Session.create({ id: "research:tides" });
await Artifact.store(id, null, "n", "x");
assert((await Artifact.list("global")).length === 0 && (await Session.list()).length === 1);
await refused(Artifact.store, "global", null, "n", "x");
await refused(Artifact.writer, "global", null, "n");
await refused(Artifact.list, "other");
await refused(Artifact.query, { session_id: "*" });
await refused(Artifact.delete, "global", "n");
await refused(Artifact.get, "research:closed", "n");
await refused(Session.set_current, "other");
await refused(Session.delete, "other");
return told;

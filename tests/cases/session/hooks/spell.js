// Hooks on sessions: what is written of a session can be changed, and anything can be kept from being done.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const refused = async (work, ...given) => { try { await work(...given); } catch (error) { return error; } };
const seen = [];
Hook.register("session:start", (context) => {
  context.data.tags = ["hooked"];
  return { type: "modified", data: context.data };
});
Hook.register("SessionSave", (context) => { if (context.data.name === "bad") return false; });
for (const point of ["session:checkpoint", "session:restore", "session:end"])
  Hook.register(point, (context) => void seen.push(context.point + " " + context.data.status));
const id = await Session.create({ id: "s" });
assert((await Session.get(id)).tags[0] === "hooked", 1);
const failure = await refused(Session.update, id, { name: "bad" });
assert(failure.code === "cancelled" && (await Session.get(id)).name === "", 2);
await Session.update(id, { name: "good" });
await Session.suspend(id);
await Session.resume(id);
await Session.complete(id);
const pinned = Hook.register("session:end", () => "keep it");
const why = await refused(Session.delete, id);
assert(why.code === "cancelled" && await Session.exists(id), 3);
Hook.unregister(pinned);
Hook.register("session:end", (context) => {
  context.data.name = "x";
  return { type: "modified", data: context.data };
});
const wrong = await refused(Session.delete, id);
assert(wrong.code === "invalid" && await Session.exists(id), 4);
return seen;

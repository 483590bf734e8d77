// What is wrong with a call is said in one line.
const told = [];
const refused = async (work, ...given) => {
  let failure;
  try { await work(...given); } catch (error) { failure = error; }
  if (!failure) throw new Error("not refused: " + JSON.stringify(given).slice(0, 80));
  told.push((failure.code ?? "script") + ": " + failure.message);
};
await refused(Session.create, { id: "" });
await refused(Session.create, { id: "global" });
await refused(Session.create, { id: "*" });
await refused(Session.create, { id: "s".repeat(129) });
await refused(Session.create, { nam: "x" });
await refused(Session.create, { parent: "no" });
await refused(Session.create, { tags: ["t".repeat(101)] });
await refused(Session.create, { metadata: 1 });
await refused(Session.create, { metadata: { x: "m".repeat(70000) } });
await Session.create({ id: "s\0: ../" });
await refused(Session.create, { id: "s\0: ../" });
await refused(Session.get);
await refused(Session.set_current, "no");
await refused(Session.load, "no");
await refused(Session.update, "no", { name: "x" });
await refused(Session.resume, "s\0: ../");
await refused(Session.list, { status: "actve" });
await refused(Session.suspend, {});
return told;

// Workflow: which there are, and what can be done with their names.
const one = (value) => [{ name: "s", handler: () => value }];
const a = Workflow.sequential({ name: "a", steps: one(1) });
Workflow.create({ name: "b", type: "parallel", steps: one(2) });
Workflow.register("c", { steps: one(3) });
Workflow.register(Workflow.loop({ name: "d", range: [0, 1], body: one(4) }));
const names = Workflow.list().map((info) => info.name + ":" + info.type);
const results = [(await Workflow.execute(a)).output, (await Workflow.execute("c")).output, (await Workflow.execute({ steps: one(5) })).output, (await Workflow.executeAsync("a")).output, Workflow.get("a") === a, Workflow.get("none") === undefined];
let failed = [];
Workflow.setDefaultErrorHandler((why, name) => { failed = [why.code, name]; });
Workflow.enableDebug(true);
const debugged = Workflow.isDebugEnabled();
let ok = true;
try { await Workflow.execute({ name: "e", steps: [{ name: "s", handler: () => { throw "no"; } }] }); } catch { ok = false; }
Workflow.enable_debug(false);
const types = Workflow.types();
const removed = [Workflow.remove("b"), Workflow.remove("b"), Workflow.exists("b")];
let unknown, member;
try { await Workflow.execute("aa"); } catch (error) { unknown = error; }
try { Workflow.sequentiel; } catch (error) { member = error; }
Workflow.clear();
return [names, results, [ok, failed], debugged, types, Workflow.discoverTypes().length, removed, Workflow.list().length,
  String(unknown).includes("no workflow 'aa'; did you mean 'a'?"), String(member).includes("did you mean 'sequential'?")];

// What a workflow can be asked besides to execute it.
const heard = Event.subscribe("report");
const told = [];
const flow = workflow.sequential({ name: "asked", description: "Says things.", onBeforeExecute: (info) => { told.push("before " + info.workflow); } });
const early = [flow.getStatus(), flow.getOutput("one") === undefined, flow.listOutputs().length, flow.getState("k") === undefined];
flow.add_step({ name: "one", handler: (ctx) => ctx.input });
flow.add_step("two", (ctx) => ctx.one + "!");
flow.addStep({ name: "three", handler: async (ctx) => { await flow.emit("report", { n: 3 }); return [ctx.one, ctx.two, ctx.state.k]; } });
flow.setState("k", "v");
flow.onAfterExecute((result) => { told.push("after " + result.status); }).on_error((why) => { told.push("error " + why.code); });
const result = await flow.run({ input: "hi", vars: { topic: "tides" } });
const reported = (await Event.receive(heard)).data.n;
const info = flow.getInfo(), metrics = flow.get_metrics();
const kept = [flow.getOutput("two"), flow.getAllOutputs().three, flow.listOutputs(), flow.getState("topic"), flow.get_status(), flow.getExecutionId() !== undefined, flow.getResult().text];
flow.addStep({ name: "four", handler: (ctx) => { if (ctx.input === "bad") throw new Error("four"); return ctx.state.k; } });
const again = await flow.execute("ho");
let ok = true;
try { await flow.execute("bad"); } catch { ok = false; }
flow.clearOutputs();
const all = flow.debug();
return [early, kept, [info.name, info.type, info.steps, info.status, info.id === flow.getId(), flow.name, flow.type, info.description, String(flow)],
  [metrics.executions, metrics.completed, flow.getMetrics().failed], reported, again.output, ok, told, [flow.listOutputs().length, flow.getState("k"), flow.cancel()],
  [all.info.name, all.metrics.executions, all.state.k], flow.validate().valid, (await flow.executeAsync("later")).output];

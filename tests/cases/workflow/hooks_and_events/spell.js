// A workflow's hooks and events, as a spell sees them.
const events = [], points = [];
const heard = Event.subscribe("workflow.*.*");
for (const point of ["workflow:before_start", "workflow:before_step", "workflow:after_step", "workflow:after_complete"])
  Hook.register(point, () => { points.push(point); });
const stages = [];
Hook.register("WorkflowStageTransition", (ctx) => { stages.push(`${ctx.from} > ${ctx.to}: ${ctx.data}`); });
const flow = Workflow.sequential({ name: "seen", steps: [{ name: "a", handler: () => 1 }, { name: "b", optional: true, handler: () => { throw new Error("no"); } }] });
await flow.execute("x");
for (const event of await Event.receiveBatch(heard, 100)) events.push(event.type);
return [events, points.length, stages];

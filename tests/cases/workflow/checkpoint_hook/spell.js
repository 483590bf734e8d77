// A hook hears of each checkpoint, and changes nothing. Without a checkpoint there is nothing to hear.
const seen = [];
Hook.register("WorkflowCheckpoint", (ctx) => {
  seen.push([ctx.point, ctx.component_id.name, ctx.checkpoint, ctx.step, ctx.attempt, ctx.execution != null]);
  return "no further";
});
let tries = 0;
const flow = Workflow.sequential({ name: "kept", steps: [
  { name: "one", handler: () => 1 },
  { name: "two", retryCount: 1, retryDelayMs: 1, handler: () => { if (++tries === 1) throw new Error("again"); return 2; } },
] });
const without = (await flow.execute()).output;
tries = 0;
return [without, seen.length, (await flow.execute(null, { checkpoint: "c" })).output, seen];

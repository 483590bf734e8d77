// A step that cancels its own workflow, and one that another task cancels: what is under way ends.
const flow = Workflow.sequential({ name: "itself", steps: [
  { name: "stop", handler: async () => { flow.cancel(); await util.sleep(60000); return "late"; } }, { name: "after", handler: () => { throw new Error("never"); } },
] });
const tried = async (workflow) => {
  try {
    await workflow.execute();
    return [true];
  } catch (why) {
    return [false, why.code];
  }
};
const itself = await tried(flow);
const waits = Workflow.sequential({ name: "waits", steps: [{ name: "long", handler: () => util.sleep(60000) }] });
const began = Date.now();
const task = Task.spawn(() => tried(waits));
await util.sleep(10);
const busy = [waits.getStatus(), waits.cancel()];
const ended = await task;
const twice = Workflow.sequential({ name: "twice", steps: [{ name: "s", handler: async () => { await util.sleep(1000); return 1; } }] });
const first = twice.executeAsync();
await util.sleep(10);
const second = await tried(twice);
return [itself, flow.getStatus(), busy, ended, Date.now() - began < 60000, waits.cancel(), [...second, (await first).output], (await twice.execute()).output];

// A builder's timeout, in milliseconds as another dialect has it.
const flow = Workflow.builder().sequential().name("w").timeout(20).addStep({ name: "slow", execute: async () => { await util.sleep(1000); } }).build();
try { await flow.execute(); } catch (why) { return [false, why.message.includes("20 ms")]; }
return [true];

// Somebody is asked with the exact arguments: yes is for once, no for the same call, always for the tool in this run.
const told = [];
Event.subscribe("approval.answered", (event) => { told.push(`${event.data.by} ${event.data.approved} ${event.data.digest.length}`); });
async function sum(input) {
  try { return (await Tool.execute("calculator", { input })).result.result; } catch (failure) { return `${failure.code}: ${failure.message}`; }
}
const results = [];
for (const input of ["1 + 1", "2 + 2", "2 + 2", "3 + 3", "4 + 4"]) results.push(await sum(input));
results.push((await Tool.execute("base64_encoder", { operation: "encode", input: "x" })).success);
await util.sleep(1);
return [results, told];

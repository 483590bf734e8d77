// All that a result says, in all its spellings; in JavaScript names are in the order of the steps.
const result = await Workflow.sequential({ name: "full", steps: [
  { name: "zebra", handler: () => ({ n: 1 }) }, { name: "apple", handler: () => "text" }, { name: "mango", when: false, handler: () => {} },
] }).execute("x");
// Without any function, too.
const ids = async () => {
  const flow = Workflow.sequential({ steps: [{ tool: "calculator", input: { input: "1" } }] });
  const none = flow.getExecutionId() === undefined, done = await flow.execute();
  return [done.execution_id, done.executionId === flow.getExecutionId() && done.metadata.extra.execution_id === done.execution_id, none];
};
const order = Object.keys(result.steps);
if (order.join() !== "zebra,apple,mango" || Object.keys(result.outputs).join() !== "zebra,apple") throw new Error("the order is " + order);
order.sort();
const { extra } = result.metadata;
return [result.success, result.status, result.text, result.output, result.outputs, result.steps.zebra.status, result.steps.zebra.attempts, result.steps.mango.status,
  result.data.steps_executed, result.final_output, result.stepsExecuted, result.error === undefined, typeof result.execution_time_ms, typeof result.duration_ms, typeof result.metadata.execution_time_ms,
  extra.workflow_type, extra.workflow_name, extra.total_steps, extra.successful_steps, extra.failed_steps, typeof extra.execution_id, order, JSON.decode(JSON.encode(result)).text, result.nothing === undefined, await ids()];

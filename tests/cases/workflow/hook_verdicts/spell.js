// Every verdict at each of a workflow's points: what comes of it, or the code of the failure.
const points = ["workflow:before_start", "workflow:before_step", "workflow:after_step", "workflow:error", "workflow:after_complete"];
const verdicts = {
  continue: { type: "continue" }, modified: { type: "modified", data: "modified" }, skip: { type: "skipped", reason: "no" },
  cancel: { type: "cancel", reason: "no" }, replace: { type: "replace", data: "replaced" }, redirect: { type: "redirect", target: "other" },
  retry: { type: "retry", delay_ms: 1, max_attempts: 3 },
};
Tool.register({ name: "echo", execute: (input) => {
  if (input.input === "fail") throw new Error("broken");
  return "echo " + input.input;
} });
const all = {};
for (const point of points) {
  all[point] = {};
  for (const name in verdicts) {
    let calls = 0;
    const id = Hook.register(point, () => {
      calls++;
      // Tried again once: then it goes on.
      return name === "retry" && calls > 1 ? undefined : verdicts[name];
    });
    const flow = Workflow.sequential({ name: "w", steps: [{ name: "a", tool: "echo", input: "$input" }] });
    try {
      const result = await flow.execute(point === "workflow:error" ? "fail" : "x");
      all[point][name] = [result.output ?? "null", result.steps.a?.status ?? "none", calls];
    } catch (problem) {
      all[point][name] = [problem.code, calls];
    }
    Hook.unregister(id);
  }
}
return all;

// What a hook may answer, and what comes of it.
const answers = [
  null, true, "continue", { continue_execution: true }, { type: "continue" }, { type: "modified", data: 2 }, "skip", "not today", false,
  { continue_execution: false, reason: "quota" }, { type: "cancel", reason: "quota" }, { type: "redirect", target: "other" },
  { type: "replace", data: [1, 2] }, { type: "retry", delay_ms: 5, max_attempts: 2 }, { action: "skipped", reason: "cached" },
  { type: "cancle" }, 7,
];
const shown = [];
for (const answer of answers) {
  const id = Hook.register("custom:answers", () => answer).id();
  const outcome = await Hook.execute("custom:answers", 1);
  const { error } = outcome.results[0];
  const what = outcome.reason ?? outcome.target ?? outcome.delay_ms ?? (Array.isArray(outcome.data) ? outcome.data.length : outcome.data);
  shown.push(outcome.action + " " + what + (error ? " (" + error.message + ")" : ""));
  Hook.unregister(id);
}
// An asynchronous one.
Hook.register("custom:answers", async () => ({ continueExecution: false, reason: "said so" }));
shown.push((await Hook.execute("custom:answers")).reason);
return shown;

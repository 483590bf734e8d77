// A workflow of tasks for one goal. One after the other, each is told what came of the one before.
module.exports = async (given, ask) => {
  const steps = given.tasks.map((task, i) => ({
    name: 'task' + (i + 1),
    execute: async (context) => {
      const before = given.pattern === 'sequential' && i > 0 ? '\n\nWhat came of the task before:\n' + String(context.previous.output) : '';
      return String(await ask({ system: 'You do one task of several for this goal: ' + given.goal, prompt: String(task) + before }));
    },
  }));
  const done = await Workflow[given.pattern]({ name: 'orchestrator', steps }).execute({});
  const tasks = given.tasks.map((task, i) => ({ task: String(task), output: String(done.steps['task' + (i + 1)].output) }));
  const lines = tasks.map(({ task, output }) => task + ':\n' + output);
  const summary = await ask({ system: 'You sum up what was done.', prompt: 'Goal: ' + given.goal + '\n\n' + lines.join('\n\n') });
  return { result: { summary: String(summary), tasks }, metadata: { pattern: given.pattern, status: done.status } };
};

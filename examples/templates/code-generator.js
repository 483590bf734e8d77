// Writes a specification, a program for it, and its tests.
const codeIn = (reply) => String(reply).match(/```[^\n]*\n([\s\S]*?)\n?```/)?.[1] ?? String(reply);

module.exports = async (given, ask) => {
  const specification = String(await ask({ system: 'You write short, exact specifications.', prompt: 'Specify inputs, outputs and failures of: ' + given.description }));
  const system = `You write ${given.language}. Answer with one block of code and nothing else.`;
  const code = codeIn(await ask({ system, prompt: 'Write a program for this specification:\n' + specification }));
  const result = { specification, code }, artifacts = [{ name: 'program', type: 'text/plain', content: code }];
  if (given.tests) {
    result.tests = codeIn(await ask({ system, prompt: 'Write tests for this program:\n' + code }));
    artifacts.push({ name: 'tests', type: 'text/plain', content: result.tests });
  }
  return { result, artifacts, metadata: { language: given.language } };
};

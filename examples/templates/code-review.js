// Looks at a program once for each concern, and puts what was found in order.
module.exports = async (given, ask) => {
  const findings = [];
  for (const concern of given.concerns.map(String)) {
    const found = String(await ask({
      system: `You review code for ${concern} alone. Name each problem with its line and what to do; say so if there is none.`,
      prompt: 'Language: ' + given.language + '\n\n' + given.code,
    }));
    findings.push({ concern, found });
  }
  const lines = findings.map(({ concern, found }) => concern + ':\n' + found);
  const summary = await ask({ system: 'You put findings in the order of how much they matter.', prompt: lines.join('\n\n') });
  return { result: { summary: String(summary), findings }, metadata: { lines: given.code.split('\n').length } };
};

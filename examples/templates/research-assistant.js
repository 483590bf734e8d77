// Breaks a topic into questions, answers each, and writes a report. With `search`, what the tool web-searcher finds is given along.
module.exports = async (given, ask) => {
  const list = await ask({ system: 'You plan research. Answer with one question a line and nothing else.', prompt: `Name ${given.questions} questions to answer about: ${given.topic}` });
  const lines = String(list).split('\n').filter((line) => line.trim());
  const questions = lines.slice(0, given.questions).map((line) => line.replace(/^[\s\d.)-]+/, ''));
  const notes = [], findings = [];
  for (const question of questions) {
    let found = '';
    if (given.search) {
      const results = await Tool.execute('web-searcher', { input: question, max_results: 3 });
      found = '\nWhat a search found:\n' + JSON.encode(results.result ?? results);
    }
    const answer = String(await ask({ system: 'You answer from what you are given and what you know, and say what is uncertain.', prompt: question + found }));
    findings.push({ question, answer });
    notes.push(question + '\n' + answer);
  }
  const report = String(await ask({ system: 'You write clear reports with a summary first.', prompt: `Write a report on ${given.topic} from these notes:\n\n` + notes.join('\n\n') }));
  return { result: report, metadata: { findings }, artifacts: [{ name: 'report.md', type: 'text/markdown', content: report }] };
};

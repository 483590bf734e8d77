// Measures a table with the tool csv-analyzer, and has a model answer a question about what was measured.
module.exports = async (given, ask) => {
  const measured = await Tool.execute('csv-analyzer', { operation: 'analyze', input: given.data });
  if (measured.success === false) throw new Error(measured.error.message);
  const answer = await ask({
    system: 'You explain data. Say only what the numbers show.',
    prompt: given.question + '\n\nWhat was measured, as JSON:\n' + JSON.encode(measured.result),
  });
  return { result: { answer: String(answer), measured: measured.result } };
};

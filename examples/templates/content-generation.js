// Plans a text, drafts it, and edits the draft.
module.exports = async (given, ask) => {
  const what = `${given.format} of about ${given.words} words, in a ${given.tone} tone, on: ${given.topic}`;
  const outline = String(await ask({ system: 'You plan texts. Answer with an outline alone.', prompt: 'Outline: ' + what }));
  const draft = String(await ask({ system: 'You write texts from outlines.', prompt: 'Write: ' + what + '\n\nOutline:\n' + outline }));
  const text = String(await ask({ system: 'You edit texts: shorter words, no repetition, nothing new. Answer with the text alone.', prompt: draft }));
  return { result: text, metadata: { outline, draft }, artifacts: [{ name: given.format + '.md', type: 'text/markdown', content: text }] };
};

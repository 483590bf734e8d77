// Works through a text in parts of ten paragraphs, eight at most, and puts what came of them together.
const tasks = {
  summarize: (language) => `Summarise this part of a document in ${language}.`,
  extract: (language) => `List the facts, names, dates and numbers in this part of a document, one a line, in ${language}.`,
  translate: (language) => `Translate this part of a document to ${language}. Answer with the translation alone.`,
};

module.exports = async (given, ask) => {
  const paragraphs = given.text.split(/\n\n+/).filter((paragraph) => paragraph.trim()), parts = [];
  const size = Math.max(10, Math.ceil(paragraphs.length / 8));
  for (let first = 0; first < paragraphs.length; first += size) {
    const prompt = paragraphs.slice(first, first + size).join('\n\n');
    parts.push(String(await ask({ system: tasks[given.operation](given.language), prompt })));
  }
  let result = parts.join('\n\n');
  if (given.operation === 'summarize' && parts.length > 1) result = String(await ask({ system: `Make one summary of these, in ${given.language}.`, prompt: result }));
  return { result, metadata: { paragraphs: paragraphs.length, parts: parts.length } };
};

// Keeps texts in a collection, finds them again, and answers questions from what is kept.
const needed = (given, name) => {
  if (given[name] === undefined) throw new Error(`knowledge-management: '${given.operation}' needs \`${name}\``);
  return given[name];
};

module.exports = async (given, ask) => {
  const { collection, limit } = given;
  if (given.operation === 'add') {
    const done = await RAG.ingest({ text: needed(given, 'text') }, { collection });
    return { result: { documents: done.documents_processed, chunks: done.chunks_created } };
  }
  if (given.operation === 'stats') {
    const stats = await RAG.get_stats(collection);
    return { result: { documents: stats.document_count, chunks: stats.chunk_count } };
  }
  const query = needed(given, 'query'), { results } = await RAG.search(query, { collection, limit });
  const passages = results.map(({ text, score }) => ({ text, score }));
  if (given.operation === 'search') return { result: passages };
  if (!passages.length) return { result: { answer: 'Nothing of this is kept.', passages } };
  const answer = await ask({
    system: 'Answer from the passages alone, and name their numbers. Say so if they do not hold the answer.',
    prompt: query + '\n\n' + passages.map(({ text }, i) => `[${i + 1}] ${text}`).join('\n'),
  });
  return { result: { answer: String(answer), passages } };
};

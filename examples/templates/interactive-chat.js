// Answers messages one after the other, each with what was said before. With `session`, what was said is kept in its memory.
module.exports = async (given, ask) => {
  const said = [{ role: 'system', content: given.system }], transcript = [];
  if (given.session)
    for (const { role, content } of await Memory.recent(given.session, 20)) if (role === 'user' || role === 'assistant') said.push({ role, content });
  const add = async (role, content) => {
    said.push({ role, content });
    transcript.push({ role, content });
    if (given.session) await Memory.add(given.session, role, content);
  };
  for (const message of given.messages) {
    await add('user', String(message));
    await add('assistant', String(await ask({ messages: said })));
  }
  return { result: transcript, metadata: { turns: given.messages.length } };
};

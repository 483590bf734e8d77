// Settings with a name, and requests with them.
const { provider } = zigllms;
const id = provider.create({ name: 'mine', type: provider.Type.OPENAI, model: 'gpt-4', temperature: 0.2 });
provider.configure(id, { max_tokens: 50 });
const first = await provider.chat('say hi', { provider: id });
const second = await provider.chat([{ role: 'system', content: 'in French' }, { role: 'user', content: 'hello' }], { provider: id });
const third = await provider.complete('say hi', { model: 'openai/gpt-4' });
const pieces = [];
const stream = await provider.stream('stream', (piece) => { pieces.push(piece.text); }, { provider: id });
const got = provider.get(id), listed = provider.list().includes(id), there = provider.exists(id);
const fails = async (main) => { try { await main(); return false; } catch { return true; } };
return {
  id, first, second: second.text, third, said: pieces.join(''), stream,
  settings: got.settings.max_tokens, model: got.settings.model, listed, there,
  gone: [provider.destroy(id), provider.exists(id), await fails(() => provider.destroy(id))],
  no_function: await fails(() => provider.stream('x')), key: await fails(() => provider.create({ api_key: 'x' })),
};

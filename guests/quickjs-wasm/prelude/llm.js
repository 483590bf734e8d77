// llm: single requests to a model.
// After: agent_stream.
const { complete, providers } = raw.agent;
const { raise, text, word, reply, add, list, empty, agentOptions: options, takePrompt, typeName, nearest, namespace, define, method, streamOf, until, takeSignal } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { includes } = String.prototype;
const OwnString = String;

let provider; // that llm.setProvider chose

// A request for the host from messages, or from a prompt with system and images.
const requestOf = (given, what) => {
  const said = text(given);
  if (isArray(given)) given = { __proto__: null, messages: given };
  const request = options(empty(), said === undefined ? given : { __proto__: null, prompt: said }, what);
  let prompt = takePrompt(request, what);
  const { system, messages: before = [] } = request;
  delete request.system;
  if (prompt !== undefined || system !== undefined) {
    if (!isArray(before)) raise(what + ': messages must be a list of {role, content}');
    const messages = list();
    if (system !== undefined) add(messages, { __proto__: null, role: 'system', content: system });
    for (let i = 0; i < before.length; i++) add(messages, before[i]);
    if (typeof prompt === 'object') {
      const parts = list();
      if (prompt.text) add(parts, { __proto__: null, type: 'text', text: prompt.text });
      for (let i = 0; i < prompt.images.length; i++) add(parts, { __proto__: null, type: 'image', ...prompt.images[i] });
      prompt = parts;
    }
    if (prompt !== undefined) add(messages, { __proto__: null, role: 'user', content: prompt });
    request.messages = messages;
  }
  if (provider && request.provider === undefined && !apply(includes, word(request.model) ?? '', ['/'])) request.provider = provider;
  return request;
};

guest.requestOf = requestOf;

const textOf = (value) => value.text;

const answerTo = (all, make) => {
  const signal = takeSignal(all, 'llm.complete');
  return until(signal, () => complete(all), make);
};

// Messages or a request give a promise of a reply; a text gives one of a text.
const completeAny = (request, more) => {
  if (text(request) === undefined) {
    const asked = requestOf(request, 'llm.complete');
    if (typeName(more) === 'object') options(asked, more, 'llm.complete');
    return answerTo(asked, reply);
  }
  const all = { __proto__: null, prompt: text(request) };
  if (typeName(more) === 'object') options(all, more, 'llm.complete');
  else if (more !== undefined) all.max_tokens = more;
  return answerTo(requestOf(all, 'llm.complete'), textOf);
};

// (request), an iterator, or (request, function): as agent.stream.
const stream = (request, onPiece) =>
  streamOf(() => {
    const all = requestOf(request, 'llm.stream');
    all.stream = true;
    const signal = takeSignal(all, 'llm.stream');
    return { __proto__: null, signal, begin: () => complete(all) };
  }, onPiece);

const members = {
  __proto__: null,
  agent: (definition) => guest.createAgent(definition, 'llm.agent'),
  stream,
  // The function gets texts; one that it returns, or false, stops.
  stream_chat: async (prompt, onText) => {
    if (typeof onText !== 'function') raise('llm.streamChat takes a function that gets the pieces, not a ' + typeName(onText));
    await stream(prompt, async (one) => {
      if (one.text === '') return undefined;
      const stop = await onText(one.text);
      return stop === false || text(stop) !== undefined ? false : undefined;
    });
  },
  // Names, as far as this spell may use a model of theirs.
  list_providers: () => {
    const names = [], all = providers();
    for (let i = 0; i < all.length; i++) add(names, all[i].name);
    return names;
  },
  get_provider: () => {
    if (provider) return provider;
    for (let i = 0, all = providers(); i < all.length; i++) if (all[i].default) return all[i].name;
    return undefined;
  },
  // For requests of llm that name none.
  set_provider: (name) => {
    const known = { __proto__: null }, all = providers(), wanted = word(name) ?? raise("llm.set_provider takes a provider's name");
    for (let i = 0; i < all.length; i++) known[all[i].name] = 0;
    if (all.length && !(wanted in known)) raise(guest.messages.no_provider(wanted, nearest(wanted, known)));
    provider = wanted;
    return true;
  },
};
for (const name in guest.aliases.llm) members[name] = members[guest.aliases.llm[name]];
for (const name of ['complete', 'chat', 'generate', 'complete_async', 'chat_async', 'complete_promise', 'chat_promise']) members[name] = completeAny;
define(globalThis, 'llm', namespace(members, 'llm'));

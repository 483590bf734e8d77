// Agents made of agents.
// After: agent_names.
const { raise, word, text, typeName, needAgent: need, snake, nearest, put, add, method, agentKnown, agentOf: own, failure } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const { toLowerCase, replace } = String.prototype;
const { join } = Array.prototype;
const { all: allOf } = Promise, OwnPromise = Promise;
const { run } = guest.agentMethods;
const ask = (agent, prompt) => apply(run, agent, [prompt]);

// Token counts. What was paid is in the ledger.
const sum = (replies) => {
  const all = {};
  for (let i = 0; i < replies.length; i++)
    for (const key in replies[i].usage) if (typeof replies[i].usage[key] === 'number') put(all, key, (all[key] ?? 0) + replies[i].usage[key]);
  return all;
};
const outputs = (replies, members) => {
  const all = [];
  for (let i = 0; i < replies.length; i++) add(all, { agent: own(members[i]).name, text: replies[i].text });
  return all;
};

const atOnce = async (prompt, members) => {
  const runs = [], replies = [];
  for (let i = 0; i < members.length; i++) add(runs, ask(members[i], prompt));
  await apply(allOf, OwnPromise, [runs]);
  for (let i = 0; i < runs.length; i++) add(replies, await runs[i]);
  return replies;
};

// Each gives [the answer, the replies].
const routings = {
  __proto__: null,
  async sequential(prompt, members) {
    const replies = [];
    for (let i = 0; i < members.length; i++) {
      add(replies, await ask(members[i], prompt));
      prompt = replies[i].text;
    }
    return [prompt, replies];
  },
  async parallel(prompt, members) {
    const replies = await atOnce(prompt, members), texts = [];
    for (let i = 0; i < replies.length; i++) add(texts, replies[i].text);
    return [apply(join, texts, ['\n\n']), replies];
  },
  // The answer that most give, the first of those; `threshold` is the share that has to agree (0 to 1).
  async vote(prompt, members, routing) {
    const replies = await atOnce(prompt, members), counts = { __proto__: null };
    let best;
    for (let i = 0; i < replies.length; i++) {
      const plain = apply(replace, apply(replace, replies[i].text, [/^\s+/, '']), [/[\s.!]+$/, '']), vote = apply(toLowerCase, plain, []);
      const count = (counts[vote] ??= { n: 0, reply: replies[i] });
      count.n++;
      if (!best || count.n > best.n) best = count;
    }
    if (routing.threshold !== undefined && best.n / members.length < routing.threshold)
      throw failure('invalid-output', 'the agents do not agree: at most ' + best.n + ' of ' + members.length + ' give the same answer');
    return [best.reply.text, replies];
  },
  // A function of (prompt, agents) chooses: it gives an answer, or the name or position (from 0) of the agent to ask.
  async custom(prompt, members, routing) {
    let chosen = await routing.router(prompt, members);
    if (typeof chosen === 'number') chosen = members[chosen] ?? raise('the routing function chose agent ' + chosen + ' of ' + members.length);
    for (let i = 0; i < members.length; i++) if (word(chosen) !== undefined && own(members[i]).name === word(chosen)) chosen = members[i];
    if (!agentKnown(chosen)) return [text(chosen) ?? raise('a routing function gives a text, or the name or position of an agent'), []];
    const reply = await ask(chosen, prompt);
    return [reply.text, [reply]];
  },
};

const { routing: aliases } = guest.aliases;
const kinds = { __proto__: null, strategy: 'string', router: 'function', fallback_agent: '', timeout_ms: 'number', threshold: 'number' };

const readRouting = (routing = 'sequential') => {
  if (typeof routing === 'function') routing = { strategy: 'custom', router: routing };
  if (word(routing) !== undefined) routing = { strategy: word(routing) };
  if (typeName(routing) !== 'object') raise('Agent.create_composite takes a routing: a word, a function or an object');
  const read = { __proto__: null }, given = { __proto__: null, ...routing };
  for (let i = 0, keys = getOwnPropertyNames(given); i < keys.length; i++) {
    const short = snake(keys[i]), name = aliases[short] ?? short, value = given[keys[i]];
    if (!(name in kinds)) raise(guest.messages.no_member('a routing', keys[i], nearest(short, kinds)));
    if (kinds[name] && typeof value !== kinds[name]) raise("a routing's " + name + ' must be a ' + kinds[name]);
    read[name] = value;
  }
  read.strategy = snake(read.strategy ?? 'sequential');
  if (!(read.strategy in routings)) raise("there is no routing '" + read.strategy + "'" + nearest(read.strategy, routings));
  if (read.strategy === 'custom' && !read.router) raise('custom routing takes a function as its `router`');
  return read;
};

// An agent whose runs are runs of others: "sequential" (each gets the answer of the one before), "parallel", "vote" or a
// function; or {strategy, fallback_agent, timeout_ms, threshold, router}. The fallback answers where the others fail.
method(guest.agentNames, 'create_composite', (name, list, routing) => {
  if (word(name) === undefined) raise('Agent.create_composite takes a name, agents and a routing');
  if (!isArray(list) || !list.length) raise('Agent.create_composite takes a list of agents or their names');
  const members = [], read = readRouting(routing);
  for (let i = 0; i < list.length; i++) add(members, need(list[i], 'Agent.create_composite'));
  const fallback = read.fallback_agent && need(read.fallback_agent, 'Agent.create_composite');
  const go = async (prompt) => {
    const made = await routings[read.strategy](prompt, members, read);
    return { text: made[0], outputs: outputs(made[1], members), usage: sum(made[1]), routing: read.strategy };
  };
  const bounded = (prompt) => (read.timeout_ms ? guest.timeout(read.timeout_ms, () => go(prompt)) : go(prompt));
  return guest.functionAgent(name, async (prompt) => {
    if (text(prompt) === undefined) raise('an agent made of agents takes a text');
    if (!fallback) return bounded(prompt);
    try {
      return await bounded(prompt);
    } catch {
      const reply = await ask(fallback, prompt);
      return { text: reply.text, outputs: outputs([reply], [fallback]), usage: sum([reply]), routing: 'fallback' };
    }
  }, undefined, 'composite');
});

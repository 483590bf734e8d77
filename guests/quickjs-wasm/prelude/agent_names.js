// The namespace Agent: which agents there are.
// After: agent_state.
const { raise, word, text, reply, put, add, method, snake, nearest, typeName, agentKnown, agentOf: own, describeAgent, agentState, destroyAgent } = guest;
const { apply } = Reflect;
const { getOwnPropertyNames } = Object;
const { sort, includes } = Array.prototype;
const { encode } = JSON;
const names = guest.agentNames, byName = guest.agentsByName;
const members = (name, main) => method(names, name, main);

// Those that have a name of the spell's own, sorted by it.
const named = () => apply(sort, getOwnPropertyNames(byName), []);

// The agent itself, of a name or an agent.
const find = (name, what) => {
  if (agentKnown(name)) return name;
  const said = word(name);
  if (said === undefined) raise(what + " takes an agent's name");
  return byName[said];
};
const need = (name, what) => find(name, what) ?? raise(what + ": no agent is named '" + word(name) + "'"
  + (guest.namesReleased ? guest.messages.names_released() : nearest(word(name), byName)));
guest.needAgent = need;

const list = () => {
  const all = [], found = named();
  for (let i = 0; i < found.length; i++) add(all, { name: found[i], type: own(byName[found[i]]).type });
  return all;
};
members('list', list);
members('list_instances', named);
// Undefined if there is none of this name.
members('get', (name) => find(name, 'Agent.get'));
members('exists', (name) => find(name, 'Agent.exists') !== undefined);
members('count', () => named().length);

const infoOf = (agent) => {
  const info = describeAgent(agent);
  put(info, 'state', agentState(agent).state);
  return info;
};
members('get_info', (name) => infoOf(need(name, 'Agent.get_info')));

const { capabilities: every } = guest.lists;
// Of one agent, or all that there are.
const capabilities = (name) => {
  const found = [], agent = name === undefined ? undefined : need(name, 'Agent.list_capabilities');
  const info = agent && describeAgent(agent);
  for (let i = 0; i < every.length; i++) {
    let has = every[i] !== 'tools' && every[i] !== 'structured_output';
    if (!agent) has = true;
    else if (own(agent).call) has = every[i] === 'text';
    else if (every[i] === 'tools') has = !!info.tools?.length;
    else if (every[i] === 'structured_output') has = info.schema !== undefined;
    if (has) add(found, every[i]);
  }
  return found;
};
members('list_capabilities', capabilities);
members('get_details', (name) => {
  const agent = need(name, 'Agent.get_details'), info = infoOf(agent);
  put(info, 'status', agentState(agent));
  put(info, 'capabilities', capabilities(agent));
  return info;
});
members('destroy', (name) => destroyAgent(need(name, 'Agent.destroy')));

members('discover_by_capability', (capability) => {
  const said = word(capability), known = { __proto__: null }, found = [], all = named();
  if (said === undefined) raise('Agent.discover_by_capability takes a capability, a text');
  for (let i = 0; i < every.length; i++) known[every[i]] = 0;
  const wanted = snake(said);
  if (!(wanted in known)) raise("there is no capability '" + wanted + "'" + nearest(wanted, known));
  for (let i = 0; i < all.length; i++) if (apply(includes, capabilities(byName[all[i]]), [wanted])) add(found, all[i]);
  return found;
});

// Answers as a reply.
const asReply = (answer, more) => {
  const all = {}, body = text(answer);
  if (body === undefined && typeName(answer) === 'object')
    for (let i = 0, keys = getOwnPropertyNames(answer); i < keys.length; i++) put(all, keys[i], answer[keys[i]]);
  const said = body ?? text(all.text ?? all.content ?? all.output);
  put(all, 'text', said ?? (answer === undefined || answer === null ? '' : encode(answer)));
  for (const key in more) if (all[key] === undefined) put(all, key, more[key]);
  return reply(all);
};

guest.functionAgent = (name, main, description, type) => {
  const call = async (prompt, options, agent) => asReply(await main(prompt, options, agent), { agent: name, usage: {} });
  return guest.newAgent({ __proto__: null, call, name: word(name), named: true, type, description });
};

// A definition, or one with `execute`, a function of (prompt, options) that answers in place of a model. Gives its name.
members('register', (definition) => {
  const known = agentKnown(definition);
  if (known) {
    byName[known.name] = guest.registeredAgents[known.name] = definition;
    return known.name;
  }
  if (typeName(definition) !== 'object' || word(definition.name) === undefined) raise('Agent.register takes a definition with a name');
  const main = definition.execute ?? definition.run ?? definition.handler, name = word(definition.name);
  if (main === undefined) {
    const made = guest.createAgent(definition, 'Agent.register');
    const keep = (agent) => {
      guest.registeredAgents[name] = agent;
      return name;
    };
    return agentKnown(made) ? keep(made) : made.then(keep);
  }
  if (typeof main !== 'function') raise(guest.messages.no_function('Agent.register', 'execute', typeName(main)));
  guest.functionAgent(name, main, definition.description, definition.type ?? 'custom');
  return name;
});

for (const name in guest.aliases.agent_names) members(name, names[guest.aliases.agent_names[name]]);

members('list_templates', () => []);
members('create_from_template', () => raise('there are no templates of agents: Agent.create({name: ..., model: ..., system: ...}) makes one'));

// Agents as zigllms spells them: ids, which are texts.
// Names: zigllms.agent.
// After: agent_state.
const { raise, word, typeName, nearest, put, namespace, agentMethods: methods, agentKnown, describeAgent, agentState, destroyAgent, configureAgent } = guest;
const { apply } = Reflect;
const { getOwnPropertyNames } = Object;
const { sort } = Array.prototype;

const { agentsById: known } = guest; // id -> agent
const find = (id, what) => known[word(id) ?? ''] ?? raise('zigllms.agent.' + what + ": there is no agent '" + (word(id) ?? typeName(id)) + "'" + nearest(word(id) ?? '', known));

const { State } = guest.zigllms.agent, { zigllms_state: states } = guest.aliases;

const stateOf = (id, what) => {
  const agent = find(id, what), state = agentState(agent);
  let named = states[state.state] ?? state.state;
  if (named === 'idle' && state.completed > 0) named = State.COMPLETED;
  put(state, 'id', id);
  put(state, 'name', agentKnown(agent).name);
  put(state, 'state', named);
  put(state, 'status', named);
  return state;
};
const infoOf = (id) => {
  const info = describeAgent(find(id, 'get_info'));
  put(info, 'id', id);
  put(info, 'state', stateOf(id, 'get_info').state);
  return info;
};
const keep = (agent) => {
  known[agent.id] = agent;
  return agent.id;
};

const own = namespace({
  __proto__: null,
  create: (config) => {
    const made = guest.createAgent(config, 'zigllms.agent.create');
    return agentKnown(made) ? keep(made) : made.then(keep);
  },
  run: (id, message, options) => apply(methods.run, find(id, 'run'), [message, options]),
  destroy: async (id) => {
    await destroyAgent(find(id, 'destroy'));
    return delete known[id];
  },
  configure: (id, config) => configureAgent(find(id, 'configure'), config),
  reset: (id) => apply(methods.reset, find(id, 'reset'), []),
  exists: (id) => word(id) in known,
  list: () => apply(sort, getOwnPropertyNames(known), []),
  get_state: (id) => stateOf(id, 'get_state'),
  get_info: infoOf,
  get: infoOf,
}, 'zigllms.agent');
for (const name in guest.zigllms.agent) put(own, name, { ...guest.zigllms.agent[name] });
return own;

// What an agent remembers, how it is, and what it used.
// After: agent, event, state.
const { status, history, setHistory, setState, shutdown, close } = raw.agent;
const { agentHandle: handleOf, agentOf: own, drive, raise, word, put, method, empty, agentOptions: options, typeName, describeAgent, closeAgent } = guest;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const OwnString = String;
const methods = guest.agentMethods, byName = guest.agentsByName, say = guest.messages;

const add = (name, main) => method(methods, name, main);

// The history as messages {role, content, ...}, oldest first.
add('get_history', function () { return history(handleOf(this, 'history')); });
add('set_history', function (messages) {
  if (!isArray(messages)) raise('agent.setHistory takes a list of messages, not a ' + typeName(messages));
  return setHistory(handleOf(this, 'history'), messages);
});
const clear = (agent) => setHistory(handleOf(agent, 'history'), guest.list());
add('clear_history', function () { return clear(this); });

// {state, runs, completed, failed, usage, ...}: see wit/agent.wit.
const stateOf = (agent) => {
  const known = own(agent);
  if (known.call) return { state: 'ready' };
  return known.closed ? { state: 'terminated' } : status(known.handle);
};
guest.agentState = stateOf;
add('get_state', function () { return stateOf(this); });
add('get_agent_state', function () { return stateOf(this).state; });

add('get_metrics', function () {
  const { runs = 0, completed = 0, failed = 0, running = 0, turns = 0, tool_calls = 0, usage = {}, duration_ms = 0 } = stateOf(this);
  return {
    runs, requests: runs, completed, failed, running, turns, tool_calls, usage, duration_ms,
    average_duration_ms: runs ? duration_ms / runs : 0, success_rate: runs ? completed / runs : 1, error_rate: runs ? failed / runs : 0,
  };
});

const isHealthy = (state) => state !== 'error' && state !== 'terminated';
add('is_healthy', function () { return isHealthy(stateOf(this).state); });
add('get_health', function () {
  const { state, last_error } = stateOf(this), healthy = isHealthy(state);
  return { healthy, status: healthy ? 'healthy' : 'unhealthy', state, last_error };
});
add('get_last_error', function () { return stateOf(this).last_error?.message; });
add('get_state_history', function () { return stateOf(this).states ?? []; });
add('get_recovery_attempts', function () { return own(this).recoveries ?? 0; });

const set = (agent, state, message) => setState(handleOf(agent, 'state'), state, message);
add('set_state', function (state, message) {
  const wanted = word(state);
  if (wanted === undefined) raise('agent.setState takes "ready", "paused" or "error"; what a spell keeps for itself belongs into its own variables');
  return set(this, wanted, message);
});
add('set_error', function (message) { return set(this, 'error', message === undefined ? undefined : OwnString(message)); });
add('recover', function () {
  const known = own(this);
  known.recoveries = (known.recoveries ?? 0) + 1;
  return set(this, 'ready');
});
add('start', function () { return set(this, 'ready'); });
add('pause', function () { return set(this, 'paused'); });
// Forgets what was said and the last error.
add('reset', function () {
  set(this, 'ready');
  return clear(this);
});

// Ends the agent, after the hooks, and gives its place back: a promise.
guest.destroyAgent = async (agent) => {
  const known = own(agent);
  if (known.handle) await drive(shutdown(known.handle));
  closeAgent(agent);
  return true;
};
add('shutdown', function () { return guest.destroyAgent(this); });

// Changes its definition, and keeps what it remembers. Hooks see a new agent.
guest.configureAgent = async (agent, changes) => {
  const known = own(agent), old = handleOf(agent, 'definition');
  const definition = { __proto__: null, ...describeAgent(agent), type: known.type }, given = options(empty(), changes, 'agent.configure');
  delete definition.id;
  if (given.provider !== undefined && given.model === undefined) delete definition.model;
  for (let i = 0, names = getOwnPropertyNames(given); i < names.length; i++) definition[names[i]] = given[names[i]];
  const messages = history(old), made = await guest.createAgent(definition, 'agent.configure'), fresh = own(made);
  setHistory(fresh.handle, messages);
  close(old);
  known.handle = fresh.handle;
  known.name = fresh.name;
  known.type = fresh.type;
  known.stream = fresh.stream;
  if (byName[fresh.name] === made) byName[fresh.name] = agent;
  fresh.handle = undefined;
  fresh.closed = true;
  return true;
};
add('configure', function (changes) { return guest.configureAgent(this, changes); });

add('get_system_prompt', function () { return describeAgent(this).system; });
add('set_system_prompt', function (system) { return guest.configureAgent(this, { __proto__: null, system }); });

// An event of the agent's own: "agent.<type>".
const { emit } = Event;
add('log_event', function (name, message) {
  const type = word(name);
  if (type === undefined) raise('agent.logEvent takes a type, a text');
  return emit({ __proto__: null, type: 'agent.' + type, data: { agent: own(this).name, message } });
});

// What an agent remembers outlives the run under its name: scope "agent:<name>". A spell may name the key.
const { save, load, delete: remove } = guest.state;

const kept = (agent, key, what) => {
  const known = own(agent);
  if (!known.named) raise('agent.' + what + ': what it remembers is kept under its name: create it with one');
  if (key !== undefined && word(key) === undefined) raise(say.takes_text('agent.' + what, 'a key', typeName(key)));
  return { scope: 'agent:' + known.name, name: word(key) ?? 'saved_state' };
};

add('save_state', async function (key, options) {
  const { scope, name } = kept(this, key, 'saveState');
  return save(scope, name, { __proto__: null, agent: own(this).name, history: history(handleOf(this, 'history')) }, options);
});

// Puts the history back, exactly: a promise, of false where none was saved.
add('load_state', async function (key) {
  const { scope, name } = kept(this, key, 'loadState'), saved = await load(scope, name);
  if (saved === undefined) return false;
  if (typeName(saved) !== 'object' || !isArray(saved.history)) raise("agent.loadState: the key '" + name + "' of scope '" + scope + "' holds something else");
  setHistory(handleOf(this, 'history'), saved.history);
  return true;
});

// Whether one was saved.
add('delete_state', async function (key) {
  const { scope, name } = kept(this, key, 'deleteState');
  return remove(scope, name);
});

const missing = {
  configure_alerts: say.no_alerts() + ", or hook 'agent:error'",
  get_alerts: say.no_alerts(),
  get_bridge_metrics: 'there is no bridge between a spell and its agents: agent.getMetrics() has what runs used',
  fork: 'an agent is made from a definition: Agent.create(agent.describe())',
};
for (const name in guest.aliases.agent_state) method(methods, name, methods[guest.aliases.agent_state[name]]);
for (const name in missing) add(name, () => raise('agent.' + name + ': ' + missing[name]));

// Agents: models with instructions, tools and a memory of their own. Many spellings of few host calls.
// After: abort, dialect, names, operation, reply.
const { create, run, describe, close, setHistory, isAlone, collect } = raw.agent;
const { drive, raise, word, text, reply, define, put, method, add, list, empty, typeName, strict, agentOptions: options, takePrompt, snake, toolNames } = guest;
const { until, workUntil, takeSignal } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { setPrototypeOf, getOwnPropertyNames } = Object;
const { then } = Promise.prototype;
raw.agent.setup();

const byName = { __proto__: null }; // those that a spell gave a name, the younger of two
const registered = { __proto__: null }; // name -> the agent, of Agent.register: nothing but the name is to know it
const methods = {};
guest.agentsByName = byName;
guest.agentsById = { __proto__: null }; // those of zigllms.agent
guest.registeredAgents = registered;
guest.agentMethods = methods;

// What is known of an agent: {handle, name, ...}, or for agents made of functions {call, name, ...}.
class Agent {
  #known;
  constructor(known) { this.#known = known; }
  static known(value) { return typeof value === 'object' && value !== null && #known in value ? value.#known : undefined; }
}
const { known: knownOf } = Agent;
const prototype = Agent.prototype;
delete prototype.constructor;
guest.handles(prototype, 'agent');
setPrototypeOf(prototype, methods);
setPrototypeOf(methods, strict(methods, 'an agent'));
define(methods, Symbol.toStringTag, 'Agent');
guest.agentKnown = knownOf;

const own = (agent) => knownOf(agent) ?? raise('not an agent: call its methods as agent.run(prompt)');
guest.agentOf = own;

// The host's handle.
const handleOf = (agent, what) => {
  const known = own(agent);
  if (known.handle) return known.handle;
  if (known.closed) throw guest.failure('closed', "the agent '" + known.name + "' is destroyed");
  return raise("the agent '" + known.name + "' is made of other agents or a function: it has no " + what);
};
guest.agentHandle = handleOf;

guest.newAgent = (known) => {
  const agent = new Agent(known);
  if (known.named) byName[known.name] = agent;
  return agent;
};

// What the prelude keeps to itself, out of a definition.
const take = (definition, name, wanted, what) => {
  const value = definition[name];
  delete definition[name];
  if (value !== undefined && typeof value !== wanted) raise(what + ': ' + name + ' must be a ' + wanted + ', not a ' + typeName(value));
  return value;
};

// What `create` gives. Where there is no room for one more agent or workflow, those that nothing but their names knows are
// dropped first: few spells ask for one by its name, and many give each one another.
const registers = list();
add(registers, byName);
guest.registers = registers;
guest.withRoom = (create) => {
  try {
    return create();
  } catch (why) {
    if (why?.code !== 'handles') throw why;
    guest.namesReleased = true;
    for (let i = 0; i < registers.length; i++) {
      const register = registers[i], names = getOwnPropertyNames(register);
      for (let j = 0; j < names.length; j++) if (isAlone(register[names[j]])) delete register[names[j]];
    }
    collect();
    return create();
  }
};

// An agent; where hooks of the spell have to be asked first, a promise of one. `type` is a word of the spell's own, for
// lists; `stream` holds for runs that don't say otherwise.
guest.createAgent = (given, what) => {
  const definition = options(empty(), given, what);
  const label = take(definition, 'type', 'string', what), stream = take(definition, 'stream', 'boolean', what);
  let messages;
  if (isArray(definition.history)) {
    messages = definition.history;
    delete definition.history;
  }
  const named = definition.name !== undefined, name = word(definition.name) ?? 'agent';
  const made = guest.withRoom(() => create(definition)), handle = made[0];
  const finish = () => {
    if (messages) setHistory(handle, messages);
    return guest.newAgent({ __proto__: null, handle, name, named, type: label ?? 'llm', stream });
  };
  return made[1] ? drive(made[1], finish) : finish();
};

// [the prompt for the host, all options of a run]
const asked = (known, prompt, given, what) => {
  const all = empty();
  let said = text(prompt);
  if (said === undefined && typeof prompt === 'object' && prompt !== null) {
    if (isArray(prompt)) raise(what + ' takes a prompt, not a list: give messages to llm.complete, or with agent.setHistory');
    options(all, prompt, what);
    said = takePrompt(all, what);
  }
  if (said === undefined) raise(what + ' takes a prompt: a text, or an object with `prompt`');
  options(all, given, what);
  if (known.stream !== undefined) all.stream ??= known.stream;
  return [said, all];
};

// {signal, begin: a function that gives the operation}, or for agents made of functions {signal, call: one that gives a promise}
guest.startRun = (agent, prompt, given, what, stream) => {
  const known = own(agent), all = asked(known, prompt, given, what), signal = takeSignal(all[1], what);
  if (known.call) return { __proto__: null, signal, call: () => known.call(all[0], all[1], agent) };
  if (stream) all[1].stream = true;
  const handle = handleOf(agent, what);
  return { __proto__: null, signal, begin: () => run(handle, all[0], all[1]) };
};
const { startRun } = guest;

method(methods, 'run', function (prompt, given) {
  const begun = startRun(this, prompt, given, 'agent.run');
  return begun.begin ? until(begun.signal, begun.begin, reply) : workUntil(begun.signal, begun.call);
});
for (const name in guest.aliases.agent_run) method(methods, name, methods.run);
for (const name of ['run_async', 'execute_async', 'invoke_async', 'complete_async']) method(methods, name, methods.run);

const describeAgent = (agent) => {
  const known = own(agent);
  const all = known.handle ? describe(known.handle) : { name: known.name, description: known.description };
  put(all, 'type', known.type);
  return all;
};
guest.describeAgent = describeAgent;
method(methods, 'describe', function () { return describeAgent(this); });
method(methods, 'get_config', methods.describe);

// Forgets the agent, so that its place is free. What runs goes on.
guest.closeAgent = (agent) => {
  const known = own(agent);
  if (byName[known.name] === agent) {
    delete byName[known.name];
    delete registered[known.name];
  }
  if (known.handle) close(known.handle);
  known.handle = undefined;
  known.closed = true;
};
method(methods, 'close', function () { guest.closeAgent(this); });

const field = (name, get) =>
  Object.defineProperty(methods, name, { __proto__: null, get() { return get(this); }, set(value) { put(this, name, value); }, configurable: true });
field('name', (agent) => own(agent).name);
for (const name of ['model', 'id', 'description', 'system', 'type']) field(name, (agent) => describeAgent(agent)[name]);
define(methods, 'toString', function () { return 'agent: ' + own(this).name; });

const names = {};
guest.agentNames = names;
define(globalThis, 'Agent', setPrototypeOf(names, strict(names, 'Agent')));
const createNamed = (definition) => guest.createAgent(definition, 'Agent.create');
method(names, 'create', createNamed);
method(names, 'new', createNamed);
for (const name of ['create_async', 'new_async']) method(names, name, async (definition) => createNamed(definition));

const { builder: builds } = guest.lists;

method(names, 'builder', () => {
  const definition = empty(), allowed = list(), builder = {};
  const build = () => {
    if (definition.model === undefined) raise('Model is required: call .model("provider/model") before .build()');
    if (allowed.length) definition.tools = allowed;
    return guest.createAgent(definition, 'Agent.builder');
  };
  for (const name of ['build', 'create']) method(builder, name, build);
  method(builder, 'build_async', async () => build());
  method(builder, 'api_key', () => raise(guest.messages.no_key()));
  const allow = (tool) => {
    add(allowed, tool);
    return builder;
  };
  for (const name of ['allow_tool', 'tool', 'add_tool']) method(builder, name, allow);
  for (let i = 0; i < builds.length; i++) {
    const name = builds[i];
    method(builder, name, (value) => {
      if (value === undefined) raise("an agent's builder: " + name + ' takes a value');
      if (name !== 'tools' && name !== 'allowed_tools') definition[name] = value;
      else {
        const found = toolNames(value, 'Agent.builder');
        for (let j = 0; j < found.length; j++) add(allowed, found[j]);
        if (!found.length) definition.tools = found;
      }
      return builder;
    });
  }
  return setPrototypeOf(builder, strict(builder, "an agent's builder"));
});

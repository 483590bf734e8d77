// Agents and tools: the tools that an agent has, and an agent as a tool of others.
// After: agent_names, tool.
const { raise, word, typeName, snake, nearest, put, method, empty, agentKnown, agentOf: own, describeAgent, needAgent: need, toolNameOf } = guest;
const { apply } = Reflect;
const { getOwnPropertyNames } = Object;
const { slice, replaceAll, charCodeAt } = String.prototype;
const { create: createTool, get: getTool, execute, exists } = Tool;
const methods = guest.agentMethods;
const { run } = methods;

// What models take as a tool's name.
const toolWord = (name) => {
  let made = '';
  for (let i = 0; i < name.length && i < 64; i++) {
    const code = apply(charCodeAt, name, [i]);
    const fits = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45;
    made += fits ? apply(slice, name, [i, i + 1]) : '_';
  }
  return made || 'agent';
};

const { as_tool: known } = guest.sets;

// A tool that asks this agent: {name, description, category, tags, parallel}. Gives the tool.
const asTool = (agent, given) => {
  const info = own(agent), all = empty(), said = { __proto__: null, ...given };
  for (let i = 0, keys = getOwnPropertyNames(said); i < keys.length; i++) {
    const name = snake(keys[i]);
    if (!(name in known)) raise(guest.messages.no_option('agent.asTool', keys[i], nearest(name, known)));
    if (name === 'security_level') raise("agent.asTool: there are no security levels: an agent's tool can do what the agent can");
    all[name] = said[keys[i]];
  }
  return createTool({
    __proto__: null, name: word(all.name ?? all.tool_name) ?? toolWord(info.name),
    description: all.description ?? describeAgent(agent).description ?? 'Asks the agent ' + info.name + '.',
    category: all.category, tags: all.tags, parallel: all.parallel !== false,
    parameters: {
      __proto__: null, type: 'object', required: ['prompt'],
      properties: { prompt: { type: 'string', description: 'What the agent is asked.' } },
    },
    execute: async (given) => (await apply(run, agent, [given.prompt])).text,
  });
};
method(methods, 'as_tool', function (given) { return asTool(this, given); });
// Of an agent or its name. Gives the tool's name.
method(guest.agentNames, 'wrap_as_tool', (name, given) => asTool(need(name, 'Agent.wrap_as_tool'), given).name);

// The name of a tool: of itself, of a tool, of a definition with a function (which is defined), or of an agent's tool.
guest.toolName = (entry, what) => {
  const name = toolNameOf(entry);
  if (name !== undefined) return name;
  const agent = agentKnown(entry);
  if (agent) {
    const made = toolWord(agent.name);
    return exists(made) ? made : asTool(entry).name;
  }
  if (typeName(entry) !== 'object') raise(what + ': tools must be names or tools, not a ' + typeName(entry));
  const inner = entry.function, definition = typeName(inner) === 'object' ? inner : entry;
  if (definition.execute ?? definition.handler ?? definition.run ?? (typeof inner === 'function' ? inner : undefined)) {
    if (typeof inner !== 'function') return createTool(definition).name;
    const copy = { __proto__: null, ...definition, execute: inner };
    delete copy.function;
    return createTool(copy).name;
  }
  return word(definition.name) ?? raise(what + ': a tool in `tools` has no name');
};

const namesOf = (agent) => describeAgent(agent).tools ?? [];
method(methods, 'get_tools', function () { return namesOf(this); });

// One more; what the agent remembers stays.
method(methods, 'add_tool', function (tool) {
  const names = guest.list(), before = namesOf(this);
  for (let i = 0; i < before.length; i++) guest.add(names, before[i]);
  guest.add(names, guest.toolName(tool, 'agent.addTool'));
  return guest.configureAgent(this, { __proto__: null, tools: names });
});

const same = (name) => apply(replaceAll, name, ['-', '_']);
const has = (names, name) => {
  for (let i = 0; i < names.length; i++) if (same(names[i]) === same(word(name) ?? '')) return true;
  return false;
};
method(methods, 'has_tool', function (name) { return has(namesOf(this), name); });
method(methods, 'get_tool_metadata', function (name) { return has(namesOf(this), name) ? getTool(name)?.schema : undefined; });
method(methods, 'get_all_tool_metadata', function () {
  const all = {}, names = namesOf(this);
  for (let i = 0; i < names.length; i++) put(all, names[i], getTool(names[i])?.schema);
  return all;
});

// One of the agent's tools; if it was given none, any that the spell may use.
method(methods, 'invoke_tool', function (name, ...given) {
  const names = namesOf(this);
  if (names.length && !has(names, name)) {
    const all = { __proto__: null };
    for (let i = 0; i < names.length; i++) all[names[i]] = 0;
    raise("the agent '" + own(this).name + "' has no tool '" + (word(name) ?? typeName(name)) + "'" + nearest(word(name) ?? '', all));
  }
  return execute(name, ...given);
});
for (const name in guest.aliases.agent_tool) method(methods, name, methods[guest.aliases.agent_tool[name]]);

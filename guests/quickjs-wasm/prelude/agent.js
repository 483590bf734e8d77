// llm and Agent: one request to a model, and models with instructions of their own. Many spellings of two host calls.
const { create, run, describe, complete } = raw;
const { drive, raise, text, reply, define, method, add, list, empty, options, snake } = guest;
const { isArray } = Array;

const aliases = { __proto__: null, system_prompt: 'system' };
const addOptions = (all, given, what) => options(all, given, what, aliases);

// Takes the prompt out of an object, whatever it is called there.
const promptNames = ['prompt', 'text', 'input', 'message'];
const takePrompt = (options, what) => {
  let prompt;
  for (let i = 0; i < promptNames.length; i++) {
    const name = promptNames[i];
    if (options[name] === undefined) continue;
    if (prompt !== undefined) raise(what + ': ' + name + ' is a second prompt');
    prompt = options[name];
    delete options[name];
  }
  return prompt;
};

const ask = (given) => {
  const request = addOptions(empty(), given, 'llm.complete');
  const prompt = takePrompt(request, 'llm.complete'), { system, messages: before } = request;
  delete request.system;
  if (prompt !== undefined || system !== undefined) {
    if (before !== undefined && !isArray(before)) raise('llm.complete: messages is a list');
    const messages = list();
    if (system !== undefined) add(messages, { __proto__: null, role: 'system', content: system });
    for (let i = 0; i < (before?.length ?? 0); i++) add(messages, before[i]);
    if (prompt !== undefined) add(messages, { __proto__: null, role: 'user', content: prompt });
    request.messages = messages;
  }
  return complete(request);
};

define(globalThis, 'llm', {});
const textOf = (value) => value.text;

// A text gives a text, an object a reply.
method(llm, 'complete', (request, maxTokens) => {
  const prompt = text(request);
  if (prompt === undefined) return drive(ask(request), reply);
  return drive(ask({ __proto__: null, prompt, max_tokens: maxTokens }), textOf);
});
llm.chat = llm.complete;

const methods = { __proto__: Object.prototype };
raw.setup(methods);

method(methods, 'describe', function () { return describe(this); });
method(methods, 'run', function (prompt, options) {
  const all = empty();
  if (text(prompt) === undefined && typeof prompt === 'object' && prompt !== null) {
    addOptions(all, prompt, 'agent.run');
    prompt = takePrompt(all, 'agent.run');
  }
  const asked = text(prompt);
  if (asked === undefined) raise('agent.run takes a prompt: a text, or an object with `prompt`');
  addOptions(all, options, 'agent.run');
  return drive(run(this, asked, all), reply);
});
for (const name of ['execute', 'invoke', 'complete', 'chat']) method(methods, name, methods.run);
method(methods, 'get_config', methods.describe);
define(methods, 'toString', function () { return 'agent: ' + describe(this).name; });
define(methods, Symbol.toStringTag, 'Agent');
for (const name of ['name', 'model'])
  Object.defineProperty(methods, name, {
    __proto__: null, get() { return describe(this)[name]; }, set(value) { define(this, name, value); }, configurable: true,
  });

define(globalThis, 'Agent', {});
const createAgent = (definition) => create(addOptions(empty(), definition, 'Agent.create'));
Agent.create = Agent.new = llm.agent = createAgent;
method(Agent, 'create_async', async (definition) => createAgent(definition));

const settings = {
  __proto__: null, name: 0, description: 0, provider: 0, model: 0, system: 0, temperature: 0, max_tokens: 0, top_p: 0,
  stop: 0, seed: 0,
};

Agent.builder = () => {
  const definition = empty();
  const builder = new Proxy({}, {
    __proto__: null,
    get(target, key) {
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return target[key];
      const snaked = snake(key), name = aliases[snaked] ?? snaked;
      if (name === 'build') return () => createAgent(definition);
      if (name === 'api_key') return () => raise("an agent takes no key: keys live in the operator's configuration");
      if (!(name in settings)) raise("an agent's builder has no method `" + key + '`');
      return (value) => {
        definition[name] = value;
        return builder;
      };
    },
  });
  return builder;
};

// Steps of workflows. Agents, functions and workflows stay what they are until the host gets the workflow.
// After: agent_tool, llm, workflow_condition.
const { raise, word, text, typeName, snake, fields, knownWord, readCondition, agentKnown, empty, list, add } = guest;
const { agentOptions: options, takePrompt, aliases, sets, messages: say } = guest;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const { workflow_strategy: strategies, workflow_pattern: patterns, workflow_step: words } = aliases;

const kinds = getOwnPropertyNames(sets.workflow_step_types), requests = getOwnPropertyNames(sets.workflow_request);

const strategyOf = (value, what) => knownWord(value, 'workflow_strategy', 'workflow_strategies', what + ': error_strategy');
guest.strategyOf = strategyOf;

// Whether an object of a step's is a pattern of its own, such as {type: "parallel", branches: ...}.
const patternIn = (given) => {
  const named = word(given.type) ?? word(given.pattern);
  if (named === undefined) return given.steps ?? given.branches ?? given.body ?? given.iterator ? 'sequential' : undefined;
  const short = snake(named), name = patterns[short] ?? short;
  return name in sets.workflow_patterns ? name : undefined;
};

// The step around a pattern: the definition gets all that a step does not keep.
const nested = (given, pattern, where) => {
  const step = empty(), definition = empty(), all = { __proto__: null, ...given }, keys = getOwnPropertyNames(all);
  for (let i = 0; i < keys.length; i++) {
    const short = snake(keys[i]), name = words[short] ?? short;
    if (short === 'name') step.name = definition.name = all[keys[i]];
    else if (short !== 'condition' && name in sets.workflow_nested) step[name] = all[keys[i]];
    else definition[keys[i]] = all[keys[i]];
  }
  if (word(given.type) !== undefined || word(given.pattern) !== undefined) {
    delete definition.type;
    definition.pattern = pattern;
  }
  step.workflow = guest.newWorkflow(definition, undefined, where);
  return step;
};

const agentOf = (value, where) => {
  if (agentKnown(value)) return value;
  const name = word(value);
  if (name === undefined) raise(where + ': agent must be an agent, its name or its id, not a ' + typeName(value));
  return guest.agentsByName[name] ?? guest.agentsById[name] ?? { __proto__: null, name };
};

// [what the agent is asked, the options of the run]
const promptOf = (step, where) => {
  const all = options(empty(), step.options, where);
  let { prompt } = step;
  if (step.input !== undefined) {
    if (prompt !== undefined) raise(say.given_twice(where, 'prompt'));
    prompt = step.input;
  }
  if (typeName(prompt) === 'object') {
    const copy = { __proto__: null, ...prompt }, found = takePrompt(copy, where);
    if (found !== undefined) {
      options(all, copy, where);
      prompt = found;
    }
  }
  return [prompt, getOwnPropertyNames(all).length ? all : undefined];
};

const read = {
  __proto__: null,
  agent(step, all, where) {
    step.agent = agentOf(all.agent, where);
    const found = promptOf(all, where);
    step.prompt = found[0];
    step.options = found[1];
  },
  tool(step, all, where) {
    if (all.prompt !== undefined) raise(where + ': a tool has no prompt: give it its `input`');
    step.tool = guest.toolName(all.tool, where);
    step.input = all.input;
  },
  function(step, all, where) {
    if (typeof all.function !== 'function') raise(say.no_function(where, 'handler', typeName(all.function)));
    step.function = all.function;
    step.input = all.input;
  },
  workflow(step, all, where) {
    const given = all.workflow;
    step.workflow = guest.workflowKnown(given) || word(given) !== undefined ? guest.needWorkflow(given, where) : guest.newWorkflow(given, undefined, where);
    step.input = all.input ?? all.prompt;
  },
  llm(step, all, where) {
    const request = empty(), model = word(all.llm);
    if (model !== undefined) request.model = model;
    else if (all.llm !== undefined && all.llm !== true) options(request, all.llm, where);
    for (let i = 0; i < requests.length; i++) if (all[requests[i]] !== undefined) request[requests[i]] = all[requests[i]];
    options(request, all.options, where);
    const prompt = all.prompt ?? all.input;
    if (prompt !== undefined) request.prompt = prompt;
    step.llm = guest.requestOf(request, where);
  },
  template(step, all, where) {
    const id = word(all.template) ?? raise(say.no_text(where, 'template', typeName(all.template)));
    step.kind = 'function';
    step.input = all.input ?? {};
    step.function = async (context) => (await guest.executeTemplate(id, context.input)).result;
  },
};

// What the step is, by its type or by what it has.
const kindOf = (all, where) => {
  const named = knownWord(all.type, 'workflow_step_type', 'workflow_step_types', where);
  let found;
  for (let i = 0; i < kinds.length; i++) {
    const name = kinds[i];
    if (all[name] === undefined) continue;
    if (found) raise(found < name ? say.two_kinds(where, found, name) : say.two_kinds(where, name, found));
    found = name;
  }
  if (named && found && named !== found) raise(say.two_kinds(where, named, found));
  if (!found && all.model !== undefined) found = 'llm';
  if (named && named !== 'llm' && !found) raise(where + ": a step of type '" + named + "' needs a field '" + named + "'");
  return named ?? found ?? raise(say.no_work(where));
};

// Fields of other kinds of steps than this one's.
const checkRest = (all, kind, where) => {
  if (kind === 'llm') return;
  for (let i = 0; i < requests.length; i++)
    if (all[requests[i]] !== undefined) raise(where + ": '" + requests[i] + "' belongs to a step of llm; an agent's run takes it in `options`");
  if (kind !== 'agent' && all.options !== undefined) raise(where + ": 'options' belongs to a step of an agent");
};

const onErrorOf = (value, step, where) => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'function') return { __proto__: null, function: value };
  if (typeName(value) === 'object' && word(value.step) !== undefined) return { __proto__: null, step: word(value.step) };
  const said = word(value) ?? raise(where + ": on_error is 'continue', the name of a step, or a function, not a " + typeName(value));
  const short = snake(said), strategy = strategies[short] ?? short;
  if (strategy === 'continue') return 'continue';
  if (strategy === 'fail_fast') return undefined;
  if (strategy !== 'retry') return { __proto__: null, step: said };
  step.retry ??= guest.retryOf(true, where);
  return undefined;
};

const namesIn = (given, where) => {
  if (given === undefined) return undefined;
  if (word(given) !== undefined) given = [given];
  if (!isArray(given)) raise(where + ": depends_on must be a list of steps' names, not a " + typeName(given));
  const names = list();
  for (let i = 0; i < given.length; i++) add(names, word(given[i]) ?? word(given[i]?.name) ?? raise(where + ": depends_on must be a list of steps' names"));
  return names;
};

const flag = (all, name, where) => {
  if (all[name] !== undefined && typeof all[name] !== 'boolean') raise(where + ': ' + name + ' must be true or false, not a ' + typeName(all[name]));
  return all[name];
};

// A step of a definition, a function, an agent or a workflow, which stands at this place of its list, from 1.
guest.readStep = (given, place, what) => {
  if (typeof given === 'function') given = { __proto__: null, function: given };
  else if (agentKnown(given)) given = { __proto__: null, agent: given };
  else if (guest.workflowKnown(given)) given = { __proto__: null, workflow: given };
  if (typeName(given) !== 'object') raise(what + ': step' + place + ': a step is an object, a function, an agent or a workflow, not a ' + typeName(given));
  const where = what + ": step '" + (word(given.name) ?? 'step' + place) + "'", pattern = patternIn(given);
  const all = fields(pattern ? nested(given, pattern, where) : given, 'workflow_step', where), kind = kindOf(all, where);
  checkRest(all, kind, where);
  if (all.name !== undefined && word(all.name) === undefined) raise(say.no_text(where, 'name', typeName(all.name)));
  const step = { __proto__: null, name: word(all.name), kind };
  read[kind](step, all, where);
  step.retry = guest.takeRetry(all, where);
  step.timeout_ms = all.timeout_ms;
  step.depends_on = namesIn(all.depends_on, where);
  if (all.when !== undefined) step.when = readCondition(all.when, where);
  const optional = flag(all, 'optional', where), required = flag(all, 'required', where);
  if (optional || required === false) step.optional = true;
  step.on_error = onErrorOf(all.on_error, step, where);
  return step;
};

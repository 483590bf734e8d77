// A workflow as the host takes it: agents as places in a list, functions as numbers, workflows within others as definitions.
// After: agent, handler, workflow_condition, workflow_context.
const { raise, text, agentKnown, agentHandle, handler, forget, inContext, lowerCondition, list, add, agentMethods: methods, messages: say } = guest;
const { apply } = Reflect;
const { encode } = JSON;

// The place of a handle in the list of those that go along.
const placeOf = (handle, all) => {
  for (let i = 0; i < all.handles.length; i++) if (all.handles[i] === handle) return i;
  add(all.handles, handle);
  return all.handles.length - 1;
};

const lower = {
  __proto__: null,
  agent(made, step, all) {
    const { agent } = step, known = agentKnown(agent);
    if (known?.call) {
      // An agent that is made of others, or of a function, is one here as well.
      const answer = (context) => {
        const prompt = step.prompt === undefined ? context.previous.output : context.input;
        return apply(methods.run, agent, [text(prompt) ?? encode(prompt), step.options]);
      };
      made.function = all.numberOf(answer, 'step');
      made.input = step.prompt;
      return;
    }
    made.agent = known ? { __proto__: null, handle: placeOf(agentHandle(agent, 'place in a workflow'), all) } : agent;
    made.prompt = step.prompt;
    made.options = step.options;
  },
  tool(made, step) {
    made.tool = step.tool;
    made.input = step.input;
  },
  llm(made, step) { made.llm = step.llm; },
  function(made, step, all) {
    made.function = all.numberOf(step.function, 'step');
    made.input = step.input;
  },
  workflow(made, step, all) {
    made.workflow = lowerDefinition(guest.workflowKnown(step.workflow), all);
    made.input = step.input;
  },
};

// What is undefined is not there for the host.
const kept = ['name', 'timeout_ms', 'retry', 'depends_on', 'optional'], given = ['prompt', 'options', 'input'];

const lowerSteps = (steps, all) => {
  const lowered = list();
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i], made = { __proto__: null };
    for (let j = 0; j < kept.length; j++) if (step[kept[j]] !== undefined) made[kept[j]] = step[kept[j]];
    if (step.when !== undefined) made.when = lowerCondition(step.when, all.numberOf);
    const answer = step.on_error;
    if (answer !== undefined) made.on_error = answer.function ? { __proto__: null, function: all.numberOf(answer.function, 'error') } : answer;
    lower[step.kind](made, step, all);
    if (step.kind === 'agent' && all.depth === 1) all.agentSteps[step.name ?? 'step' + (i + 1)] = true;
    for (let j = 0; j < given.length; j++) if (made[given[j]] === undefined) delete made[given[j]];
    add(lowered, made);
  }
  return lowered;
};

const lowerBranches = (branches, all) => {
  const lowered = list();
  for (let i = 0; i < branches.length; i++) {
    const branch = branches[i], made = { __proto__: null, name: branch.name, steps: lowerSteps(branch.steps, all) };
    if (branch.required !== undefined) made.required = branch.required;
    if (branch.timeout_ms !== undefined) made.timeout_ms = branch.timeout_ms;
    if (branch.condition !== undefined) made.condition = lowerCondition(branch.condition, all.numberOf);
    add(lowered, made);
  }
  return lowered;
};

const lowerDefinition = (own, all) => {
  if (own.within) raise(say.nests_itself('a workflow', own.name));
  own.within = true;
  all.depth++;
  const { definition } = own, made = { __proto__: null };
  try {
    for (const name in definition) if (definition[name] !== undefined) made[name] = definition[name];
    made.name = own.name;
    if (made.steps) made.steps = lowerSteps(made.steps, all);
    if (made.otherwise) made.otherwise = lowerSteps(made.otherwise, all);
    if (made.branches) made.branches = lowerBranches(made.branches, all);
    if (made.while !== undefined) made.while = lowerCondition(made.while, all.numberOf);
    if (made.break) {
      made.break = list();
      for (let i = 0; i < definition.break.length; i++)
        add(made.break, { __proto__: null, ...definition.break[i], condition: lowerCondition(definition.break[i].condition, all.numberOf) });
    }
  } finally {
    own.within = false;
    all.depth--;
  }
  return made;
};

// {definition, handles, functions: by number, agentSteps: names}. The functions are there for the host only while the workflow
// is executed: so a workflow that is dropped leaves nothing behind.
guest.lowerWorkflow = (own) => {
  const all = { __proto__: null, handles: list(), functions: { __proto__: null }, depth: 0, agentSteps: { __proto__: null } };
  all.numberOf = (main, role) => {
    const called = inContext(own, main, role), number = handler(called);
    forget(number);
    all.functions[number] = called;
    return number;
  };
  all.definition = lowerDefinition(own, all);
  return all;
};

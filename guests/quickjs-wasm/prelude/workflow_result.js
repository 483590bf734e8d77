// What an execution gave: an object as the host made it, and, when it is asked for, what other dialects call it.
// After: options.
const { look } = raw.workflow;
const { camel, put } = guest;
const { setPrototypeOf, defineProperty, create, getOwnPropertyNames } = Object;
const plain = Object.prototype;

const count = (steps, status) => {
  let n = 0;
  for (let i = 0, names = getOwnPropertyNames(steps); i < names.length; i++) if (!status || steps[names[i]].status === status) n++;
  return n;
};

const metadata = (result, own) => {
  const steps = result.steps ?? {}, outputs = {};
  for (const name in own.agentSteps) if (result.outputs?.[name] !== undefined) put(outputs, name, result.outputs[name]);
  const total = count(steps), good = count(steps, 'completed');
  return {
    execution_time_ms: result.duration_ms, usage: result.usage,
    extra: {
      workflow_type: own.definition.pattern, workflow_name: own.name, execution_id: result.execution_id, total_steps: total,
      successful_steps: good, failed_steps: count(steps, 'failed'), success_rate: total > 0 ? good / total : 1, agent_outputs: outputs,
    },
  };
};

const data = (name) => (result) => result.data?.[name];
const read = {
  __proto__: null, metadata, executionId: (result) => result.execution_id,
  execution_time_ms: (result) => result.duration_ms, execution_time: (result) => result.duration_ms,
  iterations: data('completed_iterations'), completed_iterations: data('completed_iterations'), steps_executed: data('steps_executed'),
  final_output: data('final_output'), successful_branches: data('successful_branches'), executed_branches: data('executed_branches'),
  iteration_outputs: data('iteration_outputs'), break_message: data('break_message'),
  final_state: (result, own) => (own.handle ? look(own.handle, 'state') : undefined),
};

guest.workflowResult = (result, own) => {
  if (!own.result) {
    own.result = create(plain);
    const getter = (name, get) =>
      defineProperty(own.result, name, { __proto__: null, get() { return get(this, own); }, set(value) { put(this, name, value); }, configurable: true });
    for (const name in read) {
      getter(name, read[name]);
      if (camel(name) !== name) getter(camel(name), read[name]);
    }
  }
  return setPrototypeOf(result, own.result);
};

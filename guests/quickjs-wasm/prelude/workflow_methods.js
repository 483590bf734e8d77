// What can be asked of a workflow besides to execute it.
// After: event, log, workflow_run.
const { raise, word, typeName, put, add, list, method, workflowOf: own, workflowMethods: methods, lookAtWorkflow: lookAt, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { sort } = Array.prototype;
const { apply } = Reflect;
const { emit } = Event;
const { diagram: draw } = raw.workflow;
const { debug } = Logger;

// The output of a step of the last execution; undefined if there is none.
method(methods, 'get_output', function (step) {
  return lookAt(own(this), 'outputs.' + (word(step) ?? raise(say.takes_text('workflow.get_output', "a step's name", typeName(step)))));
});
const outputs = (workflow) => lookAt(own(workflow), 'outputs') ?? {};
method(methods, 'get_all_outputs', function () { return outputs(this); });
method(methods, 'list_outputs', function () { return apply(sort, getOwnPropertyNames(outputs(this)), []); });

// Forgets what the last execution gave; the state stays.
method(methods, 'clear_outputs', function () {
  guest.releaseWorkflow(own(this), 'workflow.clear_outputs');
  own(this).last = undefined;
  return true;
});

const statusOf = (workflow) => lookAt(own(workflow), 'status') ?? own(workflow).last?.status ?? 'pending';
method(methods, 'get_status', function () { return statusOf(this); });
method(methods, 'get_result', function () { return own(this).last; });
method(methods, 'get_id', function () { return own(this).id; });
method(methods, 'get_type', function () { return own(this).definition.pattern; });
// That of the last execution; undefined before there is one.
method(methods, 'get_execution_id', function () { return lookAt(own(this), 'execution_id'); });

const countSteps = (definition) => {
  let n = (definition.steps?.length ?? 0) + (definition.otherwise?.length ?? 0);
  for (let i = 0; definition.branches && i < definition.branches.length; i++) n += definition.branches[i].steps.length;
  return n;
};

const infoOf = (workflow) => {
  const known = own(workflow), { pattern, description } = known.definition;
  const info = { id: known.id, name: known.name, type: pattern, pattern, steps: countSteps(known.definition), status: statusOf(workflow) };
  if (description !== undefined) put(info, 'description', description);
  return info;
};
guest.workflowInfo = infoOf;
method(methods, 'get_info', function () { return infoOf(this); });

const metricsOf = (workflow) => {
  const { executions, completed, failed, duration } = own(workflow), n = completed + failed;
  return {
    executions, completed, failed, total_duration_ms: duration, average_duration_ms: n > 0 ? duration / n : 0,
    success_rate: n > 0 ? completed / n : 0,
  };
};
method(methods, 'get_metrics', function () { return metricsOf(this); });

// All that is known of it, to look at.
method(methods, 'debug', function () {
  return { info: infoOf(this), metrics: metricsOf(this), state: apply(methods.get_state, this, []), steps: lookAt(own(this), 'steps'), outputs: outputs(this) };
});

// A drawing as text; options: {format: 'mermaid' or 'svg'}.
method(methods, 'diagram', function (options) {
  const known = own(this), what = 'workflow.diagram', takes = (value) => word(value) ?? raise(say.takes_text(what, 'a format', typeName(value)));
  let format = 'mermaid';
  if (typeName(options) === 'object') {
    for (let i = 0, names = getOwnPropertyNames(options); i < names.length; i++) {
      if (names[i] !== 'format') raise(say.no_option(what, names[i], '; known is: format'));
      format = takes(options.format);
    }
  } else if (options !== undefined && options !== null) format = takes(options);
  return draw(guest.workflowHandle(known), format);
});

method(methods, 'validate', function () { return guest.validatedWorkflow(own(this)); });

// {step: names of those it waits for}, as far as they were given.
method(methods, 'get_dependencies', function () {
  const all = {}, steps = own(this).definition.steps ?? [];
  for (let i = 0; i < steps.length; i++) {
    const names = [], given = steps[i].depends_on;
    for (let j = 0; given && j < given.length; j++) add(names, given[j]);
    put(all, steps[i].name ?? 'step' + (i + 1), names);
  }
  return all;
});

// An event of this type, for whoever has subscribed to it.
method(methods, 'emit', function (name, data) {
  own(this);
  return emit(word(name) ?? raise(say.takes_text('workflow.emit', "an event's type", typeName(name))), data);
});

const told = (field, name) =>
  method(methods, name, function (main) {
    if (typeof main !== 'function') raise(say.takes_function('workflow.' + name, typeName(main)));
    add(own(this)[field], main);
    return this;
  });
told('before', 'on_before_execute');
told('after', 'on_after_execute');
told('errors', 'on_error');

for (const name in guest.aliases.workflow_method) method(methods, name, methods[guest.aliases.workflow_method[name]]);

// With Workflow.enable_debug, a line in the log for each execution.
guest.tellOfWorkflow = (known, ok, result) => {
  if (!guest.workflowDebug) return;
  if (ok) debug("workflow '" + known.name + "': " + result.status, { steps: result.steps, duration_ms: result.duration_ms });
  else debug("workflow '" + known.name + "': failed", { error: word(result?.message) ?? word(result) ?? typeName(result) });
};

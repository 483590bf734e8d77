// Workflows as zigllms spells them: ids, which are texts.
// Names: zigllms.workflow.
// After: workflow_names.
const { raise, word, typeName, nearest, put, add, namespace, workflowOf: ownOf, workflowKnown: knownOf, workflowMethods: methods, workflowMembers: members, workflowInfo: infoOf, messages: say } = guest;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const { sort } = Array.prototype;
const { apply } = Reflect;

const { workflowsById: known } = guest; // id -> workflow

const find = (id, what) => {
  if (knownOf(id)) return id;
  return known[word(id) ?? ''] ?? raise(say.no_workflow('zigllms.workflow.' + what, word(id) ?? typeName(id), nearest(word(id) ?? '', known)));
};
const keep = (workflow) => {
  const { id } = ownOf(workflow);
  known[id] = workflow;
  return id;
};
const { State } = guest.zigllms.workflow;

const get_info = (id) => {
  const info = infoOf(find(id, 'get_info'));
  put(info, 'state', info.status === 'pending' ? State.CREATED : info.status);
  return info;
};
const execute = async (id, input, options) => apply(methods.execute, find(id, 'execute'), [input, options]);
const get_result = (id) => apply(methods.get_result, find(id, 'get_result'), []);

const own = namespace({
  __proto__: null, execute, execute_async: execute, get_info, get: get_info, get_result, get_results: get_result,
  create: (given) => keep(members.create(given)),
  pause: (id) => apply(methods.pause, find(id, 'pause'), []),
  resume: async (id, checkpoint) => apply(methods.resume, find(id, 'resume'), [checkpoint]),
  cancel: (id) => apply(methods.cancel, find(id, 'cancel'), []),
  get_status: (id) => apply(methods.get_status, find(id, 'get_status'), []),
  remove_step: (id, step) => apply(methods.remove_step, find(id, 'remove_step'), [step]),
  get_steps: (id) => apply(methods.get_steps, find(id, 'get_steps'), []),
  diagram: (id, options) => apply(methods.diagram, find(id, 'diagram'), [options]),
  get_dependencies: (id) => apply(methods.get_dependencies, find(id, 'get_dependencies'), []),
  add_step: (id, step) => {
    apply(methods.add_step, find(id, 'add_step'), [step]);
    return true;
  },
  destroy: (id) => {
    apply(methods.close, find(id, 'destroy'), []);
    return delete known[word(id)];
  },
  list: () => apply(sort, getOwnPropertyNames(known), []),
  compose: (ids, pattern) => {
    const all = [];
    if (!isArray(ids)) raise("zigllms.workflow.compose takes a list of ids, and 'sequential' or 'parallel'");
    for (let i = 0; i < ids.length; i++) add(all, find(ids[i], 'compose'));
    return keep(members.compose(all, pattern));
  },
  // Of a definition, or an id.
  validate: (given) => members.validate(word(given) === undefined ? given : find(given, 'validate')),
}, 'zigllms.workflow');
for (const name in guest.zigllms.workflow) put(own, name, { ...guest.zigllms.workflow[name] });
return own;

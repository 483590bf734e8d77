// Tools as zigllms spells them: ids, which are names, and an error for each that is unknown.
// Names: zigllms.tool.
// After: task, tool.
const { tool, word, raise, typeName, put, method, timeout } = guest;
const { execute, register, schema, need } = tool;
const { exists, list, discover, validate, unregister, get } = Tool;
const { getOwnPropertyNames } = Object;
const { spawn } = Task;

const idOf = (id, what) => word(id) ?? raise('zigllms.tool.' + what + ' takes the id of a tool, not a ' + typeName(id));
const { zigllms_modes: modes } = guest.sets;

// Every tool of a spell is sandboxed, and gives a promise.
const executeWith = (id, input, options) => {
  id = idOf(id, 'execute');
  const given = { __proto__: null, ...options };
  let mode = 'direct', time;
  for (let i = 0, keys = getOwnPropertyNames(given); i < keys.length; i++) {
    if (keys[i] === 'mode' || keys[i] === 'execution_mode' || keys[i] === 'executionMode') mode = given[keys[i]];
    else if (keys[i] === 'timeout_ms' || keys[i] === 'timeout' || keys[i] === 'timeoutMs') time = given[keys[i]];
    else raise("zigllms.tool.execute has no option '" + keys[i] + "'; known are: mode, timeout_ms");
  }
  if (!(mode in modes)) raise('zigllms.tool.execute: mode must be direct, sandboxed or async');
  return time === undefined ? execute(id, input) : timeout(time, spawn(execute, id, input));
};

const own = {};
for (const name in guest.zigllms.tool) put(own, name, { ...guest.zigllms.tool[name] });
method(own, 'register', (...given) => register('zigllms.tool.register', given).name);
method(own, 'execute', executeWith);
method(own, 'execute_async', executeWith);
method(own, 'unregister', (id) => unregister(idOf(id, 'unregister')) || need(id));
method(own, 'discover', (category) => discover(category));
method(own, 'list', list);
method(own, 'get', (id) => need(idOf(id, 'get')) && get(id));
method(own, 'exists', exists);
method(own, 'validate', (definition) => validate(definition));
method(own, 'get_schema', (id) => schema(idOf(id, 'get_schema')));
method(own, 'get_info', (id) => need(idOf(id, 'get_info')));
// Whether it is there and may be called.
method(own, 'health_check', (id) => {
  const name = idOf(id, 'health_check');
  try {
    const found = need(name);
    return { id: found.name, healthy: true, status: 'healthy', source: found.source };
  } catch (problem) {
    return { id: name, healthy: false, status: 'unhealthy', error: problem.message };
  }
});
return own;

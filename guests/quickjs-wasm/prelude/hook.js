// Hook: functions that the host asks before and after what it does. Every spelling of points and answers is the host's.
// After: handler, operation.
const { register, unregister, setEnabled, list, execute, startUp } = raw.hook;
const { drive, raise, own, text, word, define, put, add, method, empty, options, typeName, handler, forget, atEnd } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { isInteger } = Number;
const { indexOf, lastIndexOf, slice, startsWith, endsWith, toLowerCase } = String.prototype;

const has = (all, part) => apply(indexOf, all, [part]) >= 0;
const begins = (all, part) => apply(startsWith, all, [part]);
const cut = (all, from, to) => apply(slice, all, [from, to]);

const hooks = { __proto__: null }; // id -> { id, point, main, number, options }
const groups = { __proto__: null }; // id of a composition's first hook -> the ids of all
const { hook: aliases } = guest.aliases, say = guest.messages;

class Handle {
  #hook;
  constructor(hook) { this.#hook = hook; }
  static hookOf(value) {
    return typeof value === 'object' && value !== null && #hook in value ? value.#hook : undefined;
  }
}
const { hookOf } = Handle;
guest.hookId = (handle) => hookOf(handle).id;
const handleMethods = Handle.prototype;
delete handleMethods.constructor;
guest.handles(handleMethods, 'hook');
const hookOfThis = (handle) => hookOf(handle) ?? raise('not a hook');
method(handleMethods, 'id', function () { return hookOfThis(this).id; });
method(handleMethods, 'hook_point', function () { return hookOfThis(this).point; });
method(handleMethods, 'unregister', function () { return drop(hookOfThis(this).id); });
define(handleMethods, 'toString', function () { return 'hook ' + hookOfThis(this).id + ' at ' + hookOfThis(this).point; });

const idOf = (hook, what) => {
  const known = hookOf(hook);
  if (known) return known.id;
  if (isInteger(hook) && hook > 0) return hook;
  return raise(what + ' takes what Hook.register gave, or its id, not ' + (typeof hook === 'number' ? hook : 'a ' + typeName(hook)));
};

// What a hook answers, in the host's spelling.
const answers = { __proto__: null, continueExecution: 'continue_execution', delayMs: 'delay_ms', maxAttempts: 'max_attempts' };
const spell = (answer) => {
  let some = false;
  for (const name in answers) some ||= typeName(answer) === 'object' && own(answer, name) !== undefined;
  if (!some) return answer;
  const all = { __proto__: null, ...answer };
  for (const name in answers) {
    if (all[name] === undefined) continue;
    all[answers[name]] = all[name];
    delete all[name];
  }
  return all;
};

// What a hook is told, with the names that it may know the data by.
const ask = (main) => async (context) => {
  const { point } = context;
  put(context, 'hook_point', point);
  const name = has(point, ':before_') ? 'input' : has(point, ':after_') ? 'result' : apply(endsWith, point, ['error']) ? 'error' : undefined;
  if (name && context[name] === undefined) put(context, name, context.data);
  return spell(await main(context));
};

let shutsDown = false;
const addHook = (point, main, given) => {
  const number = handler(ask(main), true); // never in turn with the functions that it is asked about: it would wait for them
  let made;
  try {
    made = register(point, number, given);
  } finally {
    if (!made) forget(number);
  }
  const hook = { __proto__: null, id: made[0], point: made[1], main, number, options: given };
  hooks[hook.id] = hook;
  if (!shutsDown && (begins(hook.point, 'system:') || begins(hook.point, '*'))) {
    // First of all: its own events still go out.
    atEnd(() => drive(execute('system:shutdown', null)), true);
    shutsDown = true;
  }
  // Asked as soon as the spell waits for anything.
  if (hook.point === 'system:startup') drive(startUp(hook.id));
  return hook;
};

define(globalThis, 'Hook', {});
method(Hook, 'register', (point, main, given) => {
  const where = word(point);
  if (where === undefined) raise("Hook.register takes a hook point, a text such as 'agent:before_execution', not a " + typeName(point));
  if (typeof main !== 'function') raise(say.takes_function('Hook.register', typeName(main)));
  const all = empty(), priority = text(given);
  if (priority !== undefined) all.priority = typeof given === 'number' ? given : priority;
  else options(all, given, 'Hook.register', aliases);
  return new Handle(addHook(where, main, all));
});

const drop = (hook) => {
  const id = idOf(hook, 'Hook.unregister'), group = groups[id] ?? [id];
  let found = false;
  delete groups[id];
  for (let i = 0; i < group.length; i++) {
    const one = hooks[group[i]];
    if (!one) continue;
    found = unregister(one.id) || found;
    delete hooks[one.id];
    forget(one.number);
  }
  return found;
};
method(Hook, 'unregister', drop);

const turn = (what, enabled) => (hook) => {
  const id = idOf(hook, what), group = groups[id] ?? [id];
  let found = false;
  for (let i = 0; i < group.length; i++) found = setEnabled(group[i], enabled) || found;
  return found;
};
method(Hook, 'pause', turn('Hook.pause', false));
method(Hook, 'resume', turn('Hook.resume', true));
method(Hook, 'disable', turn('Hook.disable', false));
method(Hook, 'enable', turn('Hook.enable', true));

const listHooks = (filter) => {
  const all = empty(), point = word(filter);
  if (point !== undefined) all.point = point;
  else options(all, filter, 'Hook.list', aliases);
  const found = list(all);
  for (let i = 0; i < found.length; i++) put(found[i], 'hook_point', found[i].point);
  return found;
};
method(Hook, 'list', listHooks);
method(Hook, 'get_info', (hook) => listHooks({ __proto__: null, id: idOf(hook, 'Hook.get_info') })[0]);

const executeAt = (point, data) => {
  const where = word(point);
  if (where === undefined) raise(say.takes_text('Hook.execute', 'a hook point', typeName(point)));
  return drive(execute(where, data ?? null));
};
method(Hook, 'execute', executeAt);
method(Hook, 'trigger', executeAt);

// How many there were. Without a filter: all.
const clear = (filter) => {
  const found = listHooks(filter);
  for (let i = 0; i < found.length; i++) drop(found[i].id);
  return found.length;
};
method(Hook, 'clear', clear);
method(Hook, 'clear_all', clear);

// Where a composition stands, from where one of its parts stands.
const pointsOf = (kind, point) => {
  if (begins(point, 'custom:')) return [point];
  const colon = apply(lastIndexOf, point, [':']);
  const family = colon < 0 ? point : cut(point, 0, colon), moment = cut(point, colon + 1);
  const before = begins(moment, 'before_'), after = begins(moment, 'after_');
  const stem = cut(moment, before ? 7 : after ? 6 : 0);
  if (kind === 'error') return [family + ':error'];
  if (!before && !after) return [point];
  if (kind === 'pre') return [family + ':before_' + stem];
  if (kind === 'post') return [family + ':after_' + stem];
  return [family + ':before_' + stem, family + ':after_' + stem];
};

const kinds = { __proto__: null, pre: 0, post: 0, around: 0, error: 0 };

// One hook of several: functions, handles or ids; hooks that are registered stop being asked by themselves. It stands at
// `point`, or where the first registered one stood: "pre" before and "post" after that, "around" at both, "error" where it
// fails. Its parts are asked in order, and after something in reverse, as wrappers unwind.
method(Hook, 'compose', (parts, kind = 'pre', point) => {
  if (!isArray(parts) || !parts.length) raise('Hook.compose takes a list of hooks or functions');
  kind = apply(toLowerCase, word(kind) ?? '', []);
  if (!(kind in kinds)) raise("Hook.compose takes 'pre', 'post', 'around' or 'error'");
  const mains = [], taken = [];
  let given;
  for (let i = 0; i < parts.length; i++) {
    if (typeof parts[i] === 'function') {
      add(mains, parts[i]);
      continue;
    }
    const hook = hooks[idOf(parts[i], 'Hook.compose')];
    if (!hook) raise('Hook.compose: part ' + (i + 1) + ' is not registered');
    if (!taken.length) {
      point ??= hook.point;
      given = hook.options;
    }
    add(mains, hook.main);
    add(taken, hook.id);
  }
  if (point === undefined || point === null) raise("Hook.compose of functions takes a hook point, such as 'tool:before_execution'");
  const places = pointsOf(kind, word(point) ?? ''), ids = [];
  let first, done = false;
  try {
    for (let i = 0; i < places.length; i++) {
      const reverse = kind === 'post' || has(places[i], ':after_');
      for (let j = 0; j < mains.length; j++) {
        const hook = addHook(places[i], mains[reverse ? mains.length - 1 - j : j], given ?? empty());
        first ??= hook;
        add(ids, hook.id);
      }
    }
    done = true;
  } finally {
    if (first) groups[first.id] = ids;
    if (first && !done) drop(first.id);
  }
  for (let i = 0; i < taken.length; i++) drop(taken[i]);
  return new Handle(first);
});

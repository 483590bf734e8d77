// Debug: messages with levels and modules, timers, and values as people read them.
// Names: Debug.
// After: config, log, names.
const { write } = raw.log;
const { elapsed, now } = raw.clock;
const { own: ownOf } = raw.value;
const { raise, word, add, define, namespace, method, strict, typeName, nearest, snake, show, lists, messages: say } = guest;
const { get } = Config;
const { stringify } = JSON;
const { isArray } = Array;
const { getOwnPropertyNames, keys, setPrototypeOf } = Object;
const { apply } = Reflect;
const { split, slice, startsWith, endsWith, indexOf, repeat, lastIndexOf, trim } = String.prototype;
const { join, splice, sort } = Array.prototype;
const { floor } = Math;
const OwnString = String, OwnError = Error, OwnNumber = Number;
const mapGet = WeakMap.prototype.get, mapSet = WeakMap.prototype.set;

// Messages: those of the level and above, of the modules that the filters let through, go to the log and are kept.
const order = { __proto__: null, off: 99 };
for (let i = 0; i < lists.levels.length; i++) order[lists.levels[i]] = i;
const MOST = 1000;
let level = 'info', enabled = true, captured = [], filters = [], byDefault = true;

const levelOf = (name, what) => {
  const known = word(name) ?? raise(say.takes_text(what, 'a level', typeName(name)));
  return known in order ? known : raise(what + ": there is no level '" + known + "'" + nearest(known, order));
};

const fits = (pattern, name) => {
  const parts = apply(split, pattern, ['*']), last = parts.length - 1;
  if (last === 0) return pattern === name;
  if (!apply(startsWith, name, [parts[0]])) return false;
  let at = parts[0].length;
  for (let i = 1; i < last; i++) {
    const place = apply(indexOf, name, [parts[i], at]);
    if (place < 0) return false;
    at = place + parts[i].length;
  }
  return name.length - parts[last].length >= at && apply(endsWith, name, [parts[last]]);
};
const kinds = {
  __proto__: null, wildcard: fits,
  exact: (pattern, name) => name === pattern,
  hierarchical: (pattern, name) => name === pattern || apply(startsWith, name, [pattern + '.']),
};

// The last filter that fits a module decides.
const isLetThrough = (module) => {
  let yes = byDefault;
  for (let i = 0; i < filters.length; i++) if (kinds[filters[i].type](filters[i].pattern, module ?? '')) yes = filters[i].enabled;
  return yes;
};

const tell = (name, message, module, data) => {
  if (!enabled || order[name] < order[level] || !isLetThrough(module)) return false;
  const text = word(message) ?? show([message]);
  if (captured.length === MOST) apply(splice, captured, [0, 1]);
  add(captured, { level: name, message: text, module, data, timestamp: floor(now() / 1e9) });
  write(order[name], text, module === undefined ? data ?? undefined : { module, data });
  return true;
};
const moduleOf = (module, what) =>
  module === undefined || module === null ? undefined : word(module) ?? raise(say.takes_text(what, '(message, module): the module', typeName(module)));

// A message has a level; "off" is for filtering alone.
const levelOfMessage = (name, what) => {
  const known = levelOf(name, what);
  return known === 'off' ? raise(what + ": no message has the level 'off'") : known;
};

const members = {
  __proto__: null,
  log: (name, message, module) => tell(levelOfMessage(name, 'Debug.log'), message, moduleOf(module, 'Debug.log')),
  log_with_data: (name, message, data, module) => tell(levelOfMessage(name, 'Debug.log_with_data'), message, moduleOf(module, 'Debug.log_with_data'), data),
  set_level: (name) => { level = levelOf(name, 'Debug.set_level'); },
  get_level: () => level,
  is_enabled: () => enabled,
  set_enabled: (on) => { enabled = on !== false; },
  // The last `most` that were told, the oldest first.
  get_captured_entries: (most) => {
    const found = [];
    for (let i = most && captured.length > most ? captured.length - most : 0; i < captured.length; i++) if (i >= 0) add(found, captured[i]);
    return found;
  },
  clear_captured: () => { captured = []; },
};
for (let i = 0; i < lists.levels.length; i++) {
  const name = lists.levels[i];
  members[name] = (message, module) => tell(name, message, moduleOf(module, 'Debug.' + name));
}

const filter = (pattern, type, on, what) => {
  const known = word(pattern) ?? raise(say.takes_text(what, 'a pattern of modules', typeName(pattern)));
  if (!(type in kinds)) raise(what + ": there is no type '" + OwnString(type) + "'" + nearest(OwnString(type), kinds));
  if (filters.length === 100) raise(what + ': there are 100 filters already');
  add(filters, { pattern: known, type, enabled: on !== false });
};
members.add_module_filter = (pattern, on) => filter(pattern, 'wildcard', on, 'Debug.add_module_filter');
// `type`: "exact", "wildcard" or "hierarchical".
members.add_advanced_filter = (pattern, type, on) => filter(pattern, word(type) ?? OwnString(type), on, 'Debug.add_advanced_filter');
members.remove_module_filter = (pattern) => {
  for (let i = filters.length - 1; i >= 0; i--)
    if (filters[i].pattern === word(pattern)) {
      apply(splice, filters, [i, 1]);
      return true;
    }
  return false;
};
members.clear_module_filters = () => { filters = []; };
members.set_default_filter_enabled = (on) => { byDefault = on !== false; };
members.get_filter_summary = () => {
  const all = [];
  for (let i = 0; i < filters.length; i++) add(all, { ...filters[i] });
  return { default_enabled: byDefault, total_rules: all.length, filters: all, level };
};

// Timers.
const timers = [], states = new WeakMap(), methods = {};
const own = (timer, what) => apply(mapGet, states, [timer]) ?? raise(what + ': call it on a timer, as timer.stop()');
const timeOf = (state) => ((state.stopped ?? elapsed()) - state.started) / 1e6;

let begun = 0;
members.timer = (name) => {
  if (timers.length === MOST) apply(splice, timers, [0, 1]);
  const timer = setPrototypeOf({}, methods);
  const state = { __proto__: null, name: word(name) ?? 'timer', started: elapsed(), stopped: undefined, laps: [], events: [] };
  add(timers, state);
  apply(mapSet, states, [timer, state]);
  state.id = 'timer-' + ++begun;
  define(timer, 'name', state.name);
  define(timer, 'id', state.id);
  return timer;
};
// Milliseconds until now, or until it was stopped.
method(methods, 'elapsed', function () { return timeOf(own(this, 'timer.elapsed')); });
method(methods, 'stop', function () {
  const state = own(this, 'timer.stop');
  state.stopped ??= elapsed();
  return timeOf(state);
});
const lap = function (name) {
  const state = own(this, 'timer.lap');
  if (state.laps.length === MOST) raise('timer.lap: a timer has at most ' + MOST + ' laps');
  const one = { name: word(name) ?? 'lap ' + (state.laps.length + 1), elapsed_ms: timeOf(state) };
  add(state.laps, one);
  return one.elapsed_ms;
};
method(methods, 'lap', lap);
method(methods, 'checkpoint', lap);
setPrototypeOf(methods, strict(methods, 'a timer'));
// Of a timer, or the id of one. False if there is none.
members.record_event = (timer, name, metadata) => {
  let state = typeof timer === 'object' && timer !== null ? apply(mapGet, states, [timer]) : undefined;
  for (let i = 0; i < timers.length && !state; i++) if (timers[i].id === word(timer)) state = timers[i];
  if (!state || state.events.length === MOST) return false;
  add(state.events, { name: word(name) ?? 'event', elapsed_ms: timeOf(state), metadata });
  return true;
};

const memory = () => ({ limit_bytes: get('limits.memory') });
members.memory_stats = memory;
members.memory_snapshot = () => ({ ...memory(), timestamp: floor(now() / 1e9), timers: timers.length, captured_entries: captured.length });

// What was measured and told: {timers, levels, captured_entries, memory}
const report = () => {
  const all = [], levels = {};
  for (let i = 0; i < timers.length; i++) {
    const { id, name, stopped, laps, events } = timers[i];
    add(all, { id, name, elapsed_ms: timeOf(timers[i]), stopped: stopped !== undefined, laps, events });
  }
  for (let i = 0; i < captured.length; i++) levels[captured[i].level] = (levels[captured[i].level] ?? 0) + 1;
  return { timers: all, levels, captured_entries: captured.length, memory: memory() };
};
members.generate_report = report;
members.json_report = () => stringify(report(), null, 2);
// A line "timer;lap microseconds" for each lap and timer, as programs that draw flame graphs read them.
members.flame_graph = () => {
  const lines = [];
  for (let i = 0; i < timers.length; i++) {
    const { name, laps } = timers[i];
    let before = 0;
    for (let j = 0; j < laps.length; j++) {
      add(lines, name + ';' + laps[j].name + ' ' + floor((laps[j].elapsed_ms - before) * 1000));
      before = laps[j].elapsed_ms;
    }
    add(lines, name + ' ' + floor((timeOf(timers[i]) - before) * 1000));
  }
  return apply(join, lines, ['\n']);
};

// Values.
const BYTES = 100000; // letters of what a dump gives
// Numbers first, in their order.
const byKey = (a, b) => {
  const m = a >>> 0, n = b >>> 0, first = OwnString(m) === a, second = OwnString(n) === b;
  if (first && second) return m - n;
  return first !== second ? (first ? -1 : 1) : a < b ? -1 : 1;
};
const dump = (given, all) => {
  let made = '', full = false;
  const put = (piece) => {
    if (made.length + piece.length > BYTES) full = true;
    if (!full) made += piece;
  };
  const seen = [];
  const one = (value, depth) => {
    const text = typeof value === 'object' ? word(value) : typeof value === 'string' ? value : undefined;
    if (text !== undefined) {
      const cut = text.length > all.max_string_length ? apply(slice, text, [0, all.max_string_length]) + '…' : text;
      return put((all.show_types ? 'string ' : '') + stringify(cut));
    }
    if (typeof value === 'function' || typeof value === 'symbol') return put((all.show_types ? typeof value + ' ' : '') + show([value]));
    if (typeof value !== 'object' || value === null) return put((all.show_types ? typeName(value) + ' ' : '') + OwnString(value));
    for (let i = 0; i < seen.length; i++) if (seen[i] === value) return put('{…}');
    if (depth === all.max_depth || full) return put('{...}');
    add(seen, value);
    const list = isArray(value), names = list ? undefined : apply(sort, keys(value), [byKey]), count = list ? value.length : names.length;
    const line = all.compact ? ' ' : '\n' + apply(repeat, all.indent, [depth + 1]), last = all.compact ? ' ' : '\n' + apply(repeat, all.indent, [depth]);
    put((all.show_types ? 'table(' + count + ') ' : '') + (list ? '[' : '{'));
    for (let i = 0; i < count; i++) {
      if (i === all.max_items) {
        put((i ? ',' : '') + line + '… ' + (count - i) + ' more');
        break;
      }
      put((i ? ',' : '') + line + (list ? '' : names[i] + ': '));
      one(ownOf(value, list ? OwnString(i) : names[i], '[getter]'), depth + 1);
    }
    put((count ? last : '') + (list ? ']' : '}'));
    seen.length--;
    return undefined;
  };
  one(given, 0);
  return full ? made + '…' : made;
};

const dumpWords = { __proto__: null, compact_mode: 'compact', max_array_elements: 'max_items', indent_size: 'indent' };
const labelled = (value, label, options) => {
  const all = { __proto__: null, indent: '  ', max_depth: 10, max_items: 100, max_string_length: 1000, compact: false, show_types: false };
  const given = { __proto__: null, ...options }, names = getOwnPropertyNames(given);
  for (let i = 0; i < names.length; i++) {
    const short = snake(names[i]), name = dumpWords[short] ?? short;
    if (!(name in all)) raise(say.no_option('Debug.dump_with_options', names[i], nearest(name, all)));
    const value = name === 'indent' && typeof given[names[i]] === 'number' ? apply(repeat, ' ', [given[names[i]]]) : given[names[i]];
    if (typeof value !== typeof all[name]) raise(say.wrong_option('Debug.dump_with_options', name, typeof all[name], typeName(value)));
    all[name] = value;
  }
  return (label === undefined || label === null ? '' : word(label) + ': ') + dump(value, all);
};
members.dump = (value, label) => labelled(value, label);
members.dump_compact = (value, label) => labelled(value, label, { compact: true });
members.dump_verbose = (value, label) => labelled(value, label, { show_types: true });
// Options: indent (spaces), max_depth, max_items, max_string_length, compact, show_types.
members.dump_with_options = (value, options, label) => labelled(value, label, options);

// {frames: [{source, line, name}]}, the innermost first. `options`: max_depth.
const stackTrace = (options) => {
  const frames = [], most = options?.max_depth ?? options?.maxDepth ?? 50, lines = apply(split, new OwnError('').stack, ['\n']);
  for (let i = 0; i < lines.length && frames.length < most; i++) {
    const line = apply(trim, lines[i], []);
    if (!apply(startsWith, line, ['at '])) continue;
    const open = apply(lastIndexOf, line, ['(']), place = apply(slice, line, open < 0 ? [3] : [open + 1, -1]), parts = apply(split, place, [':']);
    add(frames, { source: parts[0], line: OwnNumber(parts[1]) || undefined, name: open < 0 ? undefined : apply(slice, line, [3, open - 1]) });
  }
  return { frames };
};
members.stack_trace = stackTrace;
members.stack_trace_json = (options) => stringify(stackTrace(options), null, 2);

return namespace(members, 'Debug');

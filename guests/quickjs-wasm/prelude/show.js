// Values as people read them: data as JSON, and what JSON does not have in the same style.
// After: value.
const { text, add } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { keys, getOwnPropertyNames } = Object;
const { stringify } = JSON;
const OwnString = String;
const { brand, className, errorText, own } = raw.value;
const toISOString = Date.prototype.toISOString;
const mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach;
const regexpText = RegExp.prototype.toString;

const mostDeep = 8, mostItems = 1000, mostText = 65536;
const promptDeep = 4, promptItems = 50, promptText = 200, promptLength = 16384, promptWidth = 76;

const { indexOf, slice } = String.prototype;
const { join: joinTexts } = Array.prototype;
const { test: matches } = RegExp.prototype;
const isName = /^[A-Za-z_$][\w$]*$/;

// For a prompt, no more of it than people read.
const quoted = (value, seen, budget) => {
  const most = !budget.lines ? mostText : seen.length ? promptText : promptLength;
  if (!budget.lines || value.length <= most) return stringify(value);
  return stringify(apply(slice, value, [0, most])) + '… ' + (value.length - most) + ' more characters';
};

const named = (kind, value) => {
  const name = className(value) === 'Proxy' ? '' : own(value, 'name');
  return typeof name === 'string' && name ? '[' + kind + ' ' + name + ']' : '[' + kind + ']';
};

// `budget.left` bounds how much is shown, however a value is made.
const inside = (value, seen, budget, write) => {
  if (seen.length >= (budget.lines ? promptDeep : mostDeep)) return '…';
  for (let i = 0; i < seen.length; i++) if (seen[i] === value) return '[circular]';
  add(seen, value);
  const made = write();
  seen.length--;
  return made;
};

// For a prompt: on one line, where there is room.
const laid = (open, close, count, item, budget) => {
  const parts = [], indent = budget.indent;
  let width = 0, broken = false;
  budget.indent = indent + '  ';
  for (let i = 0; i < count; i++) {
    const isLast = i === promptItems || budget.left <= 0, shown = isLast ? '… ' + (count - i) + ' more' : item(i);
    add(parts, shown);
    budget.left -= shown.length;
    width += shown.length + 2;
    broken ||= apply(indexOf, shown, ['\n']) >= 0;
    if (isLast) break;
  }
  budget.indent = indent;
  if (!broken && indent.length + width <= promptWidth) return open + apply(joinTexts, parts, [', ']) + close;
  let made = open, line = '';
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] + (i < parts.length - 1 ? ',' : ''), isShort = part.length <= 24 && apply(indexOf, part, ['\n']) < 0;
    if (line && isShort && indent.length + line.length + part.length < promptWidth) {
      line += ' ' + part;
      continue;
    }
    if (line) made += '\n  ' + indent + line;
    line = isShort ? part : '';
    if (!isShort) made += '\n  ' + indent + part;
  }
  return made + (line ? '\n  ' + indent + line : '') + '\n' + indent + close;
};

const list = (open, close, count, item, budget) => {
  if (budget.lines) return laid(open, close, count, item, budget);
  let made = open;
  for (let i = 0; i < count; i++) {
    if (i === mostItems || budget.left <= 0) return made + ', … ' + (count - i) + ' more' + close;
    const shown = item(i);
    budget.left -= shown.length;
    made += (i ? ',' : '') + shown;
  }
  return made + close;
};

const getter = Symbol('getter');
const member = (object, key, seen, budget) => {
  const found = own(object, key, getter);
  return found === getter ? '[getter]' : one(found, seen, budget);
};

// Namespaces have members that no loop finds: they are shown by their names, in one spelling.
const namespaces = new Map(), mapGet = Map.prototype.get;
guest.noteNamespaces = () => {
  const globals = getOwnPropertyNames(globalThis);
  for (const name of globals) {
    const value = globalThis[name];
    if (typeof value !== 'object' || value === null || value === globalThis || className(value) === 'Proxy' || keys(value).length) continue;
    const members = getOwnPropertyNames(value), shown = members.filter((one) => one === guest.camel(one) || !members.includes(guest.camel(one)));
    if (shown.length) namespaces.set(value, '[' + name + ': ' + shown.sort().join(', ') + ']');
  }
};

const object = (value, seen, budget, prefix) => {
  const names = keys(value), namespace = names.length ? undefined : apply(mapGet, namespaces, [value]);
  if (namespace) return namespace;
  const before = (name) => (!budget.lines ? stringify(name) + ':' : (apply(matches, isName, [name]) ? name : stringify(name)) + ': ');
  if (budget.lines && prefix) prefix += ' ';
  return prefix + list('{', '}', names.length, (i) => before(names[i]) + member(value, names[i], seen, budget), budget);
};

const one = (value, seen, budget) => {
  switch (typeof value) {
    case 'string': return quoted(value, seen, budget);
    case 'bigint': return value + 'n';
    case 'function': return named('function', value);
    case 'symbol': case 'undefined': case 'boolean': return OwnString(value);
    case 'number': return value === 0 && 1 / value < 0 ? '-0' : '' + value;
  }
  if (value === null) return 'null';
  const kind = className(value);
  const known = text(value), agent = guest.agentKnown(value);
  if (known !== undefined) return quoted(known, seen, budget);
  if (agent) return '[agent ' + agent.name + ']';
  switch (kind) {
    case 'Error': return seen.length ? '[' + errorText(value, false) + ']' : errorText(value, true);
    case 'Date': { try { return stringify(apply(toISOString, value, [])); } catch { return 'Invalid Date'; } }
    case 'RegExp': return apply(regexpText, value, []);
    case 'Promise': return '[promise]';
    case 'Proxy': return '[proxy]';
    case 'Task': return '[' + guest.taskText(value) + ']';
    case 'DOMException': if (brand(value) === kind) return value.name + ': ' + value.message;
    case 'URL': case 'URLSearchParams': case 'AbortSignal': {
      const told = guest.told(value);
      if (told !== undefined) return told;
    }
  }
  return inside(value, seen, budget, () => {
    if (kind === 'Map') {
      const pairs = [];
      apply(mapEach, value, [(item, key) => add(pairs, [key, item])]);
      return 'Map' + list('{', '}', pairs.length, (i) => one(pairs[i][0], seen, budget) + ':' + one(pairs[i][1], seen, budget), budget);
    }
    if (kind === 'Set') {
      const items = [];
      apply(setEach, value, [(item) => add(items, item)]);
      return 'Set' + list('{', '}', items.length, (i) => one(items[i], seen, budget), budget);
    }
    if (isArray(value)) return list('[', ']', value.length, (i) => member(value, i, seen, budget), budget);
    return object(value, seen, budget, kind === 'Object' ? '' : kind);
  });
};

// "%s is %d" as console.log has it: what takes the place of each mark; what is left over follows.
const { trunc } = Math;
const marks = {
  __proto__: null, s: (value) => guest.show([value]), o: (value) => one(value, [], { left: mostText }), d: (value) => OwnNumber(value),
  i: (value) => trunc(OwnNumber(value)),
  c: () => '', // colours, which a text has not
};
marks.O = marks.j = marks.o;
marks.f = marks.d;
const OwnNumber = Number;
guest.format = (values) => {
  const pattern = values[0];
  if (typeof pattern !== 'string' || values.length < 2 || apply(indexOf, pattern, ['%']) < 0) return guest.show(values);
  let made = '', next = 1;
  for (let i = 0; i < pattern.length; i++) {
    const mark = pattern[i] === '%' ? pattern[i + 1] : undefined;
    const known = mark === '%' || (mark in marks && next < values.length);
    made += !known ? pattern[i] : mark === '%' ? '%' : marks[mark](values[next++]);
    if (known) i++;
  }
  const left = [];
  while (next < values.length) add(left, values[next++]);
  return left.length ? made + ' ' + guest.show(left) : made;
};

// Texts as they are, with spaces between.
guest.show = (values) => {
  let made = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const known = typeof value === 'string' ? value : typeof value === 'object' ? text(value) : undefined;
    made += (i ? ' ' : '') + (known ?? one(value, [], { left: mostText }));
  }
  return made;
};

// The value of a prompt's text. Undefined: it has none.
guest.showEntry = (value) => (value === undefined ? undefined : one(value, [], { left: promptLength, lines: true, indent: '' }));

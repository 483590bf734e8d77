// What else a console has: tables, groups, counters, times. As text.
// After: clock, encoding, log.
const { write } = raw.output;
const { write: log } = raw.log;
const { elapsed } = raw.clock; // nanoseconds
const { show, format, add, raise } = guest;
const { levels } = guest.lists;
const { apply } = Reflect;
const { isArray } = Array;
const { keys } = Object;
const { replaceAll, padEnd, repeat } = String.prototype;
const mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach;
const OwnString = String;
const { className, own } = raw.value;

// --- Groups: what follows is further in.
let indent = '';
const inner = (text) => (indent ? indent + apply(replaceAll, text, ['\n', '\n' + indent]) : text);
console.log = (...values) => write(inner(format(values)) + '\n');
for (let i = 0; i < levels.length; i++) console[levels[i]] = (...values) => log(i, inner(format(values)), undefined);
console.group = console.groupCollapsed = (...values) => {
  if (values.length) console.log(...values);
  if (indent.length < 200) indent += '  ';
};
console.groupEnd = () => { indent = apply(repeat, '  ', [indent ? indent.length / 2 - 1 : 0]); };

const { error, warn } = console;
console.assert = (condition, ...values) => {
  if (condition) return;
  if (typeof values[0] === 'string') values[0] = 'Assertion failed: ' + values[0];
  else if (values.length) values = ['Assertion failed:', ...values];
  else values = ['Assertion failed'];
  error(...values);
};
console.dirxml = (...values) => console.log(...values);
console.clear = () => {};

// --- Counters and times, each by a name.
const name = (label) => (label === undefined ? 'default' : OwnString(label));
const counts = { __proto__: null }, starts = { __proto__: null };
console.count = (label) => {
  const key = name(label);
  counts[key] = (counts[key] ?? 0) + 1;
  console.log(key + ': ' + counts[key]);
};
console.countReset = (label) => {
  const key = name(label);
  if (key in counts) counts[key] = 0;
  else warn("console.countReset: there is no counter '" + key + "'");
};
const duration = (nanoseconds) => (nanoseconds < 1e9 ? (nanoseconds / 1e6).toFixed(3) + 'ms' : (nanoseconds / 1e9).toFixed(3) + 's');
console.time = (label) => {
  const key = name(label);
  if (key in starts) warn("console.time: '" + key + "' runs already");
  else starts[key] = elapsed();
};
const tell = (what, label, more) => {
  const key = name(label);
  if (key in starts) console.log(key + ': ' + duration(elapsed() - starts[key]), ...more);
  else warn(what + ": there is no time '" + key + "'");
  return key;
};
console.timeLog = (label, ...more) => { tell('console.timeLog', label, more); };
console.timeEnd = (label) => { delete starts[tell('console.timeEnd', label, [])]; };

// --- Tables: a row for each entry, a column for each field that one of them has.
const most = 1000; // rows
const cell = (value) => apply(replaceAll, typeof value === 'string' ? "'" + value + "'" : show([value]), ['\n', '\\n']);
const isRow = (value) => typeof value === 'object' && value !== null && guest.text(value) === undefined;

const entriesOf = (data) => {
  const all = [], kind = className(data);
  if (kind === 'Map') apply(mapEach, data, [(value, key) => add(all, [all.length + '', { Key: key, Values: value }])]);
  else if (kind === 'Set') apply(setEach, data, [(value) => add(all, [all.length + '', value])]);
  else for (const key of keys(data)) add(all, [key, own(data, key, '[getter]')]);
  return all;
};
const line = (widths, left, middle, right) => {
  let made = left;
  for (let i = 0; i < widths.length; i++) made += (i ? middle : '') + apply(repeat, '─', [widths[i] + 2]);
  return made + right;
};
const lineOf = (cells, widths) => {
  let made = '';
  for (let i = 0; i < cells.length; i++) made += '│ ' + apply(padEnd, cells[i], [widths[i]]) + ' ';
  return made + '│';
};

console.table = (data, columns) => {
  if (!isRow(data)) return console.log(data);
  if (columns !== undefined && !isArray(columns)) raise('console.table takes data and a list of columns, not a ' + guest.typeName(columns));
  const entries = entriesOf(data), fields = [], places = { __proto__: null };
  let values = false;
  for (let i = 0; i < entries.length && i < most; i++) {
    if (!isRow(entries[i][1])) values = true;
    else for (const key of keys(entries[i][1])) if (!(key in places)) { places[key] = fields.length; add(fields, key); }
  }
  const shown = columns ? columns.map((key) => OwnString(key)) : fields, head = ['(index)', ...shown];
  if (values) add(head, 'Values');
  const rows = [head];
  for (let i = 0; i < entries.length && i < most; i++) {
    const [key, value] = entries[i], row = [key], inside = isRow(value) ? keys(value) : [];
    for (let j = 0; j < shown.length; j++) add(row, inside.includes(shown[j]) ? cell(own(value, shown[j], '[getter]')) : '');
    if (values) add(row, isRow(value) ? '' : cell(value));
    add(rows, row);
  }
  const widths = head.map((title, i) => rows.reduce((width, row) => (row[i].length > width ? row[i].length : width), 0));
  const lines = [line(widths, '┌', '┬', '┐'), lineOf(head, widths), line(widths, '├', '┼', '┤')];
  for (let i = 1; i < rows.length; i++) add(lines, lineOf(rows[i], widths));
  add(lines, line(widths, '└', '┴', '┘'));
  if (entries.length > most) add(lines, '… ' + (entries.length - most) + ' more');
  console.log('%s', lines.join('\n'));
};

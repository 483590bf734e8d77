// structuredClone: a deep copy of data. What is no data is refused, as a DataCloneError.
// After: url.
const { define, define: hidden, raise } = guest;
const { brand, handle } = raw.value;
const { apply } = Reflect;
const { getOwnPropertyDescriptor, defineProperty, keys } = Object;
const OwnException = DOMException;
const errors = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
const timeOf = Date.prototype.getTime, mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach;
const sliceOf = ArrayBuffer.prototype.slice, moveOf = ArrayBuffer.prototype.transfer;
const valueOf = { __proto__: null, String: String.prototype.valueOf, Number: Number.prototype.valueOf, Boolean: Boolean.prototype.valueOf, BigInt: BigInt.prototype.valueOf };
const source = getOwnPropertyDescriptor(RegExp.prototype, 'source').get, flags = getOwnPropertyDescriptor(RegExp.prototype, 'flags').get;
const views = { __proto__: null };
for (const name of ['DataView', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array', 'Float16Array', 'Float32Array', 'Float64Array'])
  views[name] = globalThis[name];

const refuse = (what) => { throw new OwnException(what + ' could not be cloned: it is no data', 'DataCloneError'); };
const put = (object, key, value) => defineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });

const fill = (made, value, seen) => {
  const names = keys(value);
  for (let i = 0; i < names.length; i++) put(made, names[i], copy(value[names[i]], seen));
  return made;
};

const copyError = (error, seen, note) => {
  const made = note(new (errors[error.name] ?? Error)());
  hidden(made, 'stack', error.stack + '');
  for (const key of ['message', 'cause']) {
    const own = getOwnPropertyDescriptor(error, key);
    if (own && 'value' in own) hidden(made, key, key === 'cause' ? copy(own.value, seen) : own.value + '');
  }
  return made;
};

// Each is noted before what is in it is copied: it may be in itself.
const copyObject = (value, seen) => {
  const kind = brand(value), own = handle(value);
  const note = (made) => (seen.set(value, made), made);
  if (own) refuse('a value of the kind ' + own);
  if (guest.told(value) !== undefined) refuse('a value of the kind ' + value.constructor?.name);
  if (valueOf[kind]) return note(Object(apply(valueOf[kind], value, [])));
  if (views[kind]) return note(new views[kind](copy(value.buffer, seen), value.byteOffset, kind === 'DataView' ? value.byteLength : value.length));
  switch (kind) {
    case 'Array': {
      const made = note([]);
      made.length = value.length;
      return fill(made, value, seen);
    }
    case 'Date': return note(new Date(apply(timeOf, value, [])));
    case 'RegExp': return note(new RegExp(apply(source, value, []), apply(flags, value, [])));
    case 'ArrayBuffer':
      if (value.detached) refuse('an ArrayBuffer that was transferred');
      return note(apply(sliceOf, value, [0]));
    case 'Map': {
      const made = note(new Map()), pairs = [];
      apply(mapEach, value, [(one, key) => pairs.push([key, one])]);
      for (const [key, one] of pairs) made.set(copy(key, seen), copy(one, seen));
      return made;
    }
    case 'Set': {
      const made = note(new Set()), all = [];
      apply(setEach, value, [(one) => all.push(one)]);
      for (const one of all) made.add(copy(one, seen));
      return made;
    }
    case 'Error': return copyError(value, seen, note);
    case 'DOMException': return note(new OwnException(value.message, value.name));
    case 'Object': case 'Arguments': return fill(note({}), value, seen);
  }
  return refuse('a value of the kind ' + kind);
};

const copy = (value, seen) => {
  if (typeof value === 'function') refuse('a function');
  if (typeof value === 'symbol') refuse('a symbol');
  if (typeof value !== 'object' || value === null) return value;
  return seen.get(value) ?? copyObject(value, seen);
};

define(globalThis, 'structuredClone', function structuredClone(value, options) {
  if (arguments.length === 0) raise('structuredClone takes a value');
  const moved = options?.transfer === undefined ? [] : [...options.transfer], seen = new Map();
  for (const one of moved) if (!(one instanceof ArrayBuffer)) refuse('what is to be transferred and is no ArrayBuffer');
  const made = copy(value, seen);
  for (const one of moved) apply(moveOf, one, []);
  return made;
});

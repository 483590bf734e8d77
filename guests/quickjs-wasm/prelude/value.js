// No template literals in the prelude: QuickJS runs them by way of String.prototype.concat, which a spell can replace.

// JSON beside JavaScript's own: encode and decode are the codec that carries values to the host and back. It is exact,
// or says where it can't be.
const { encode, decode } = raw;
const { defineProperty, setPrototypeOf } = Object;

guest.text = raw.text;

// Globals are there for a spell to hide by names of its own, and no loop over the global object finds them.
guest.define = (object, name, value) => {
  defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
};
const { define } = guest;

// Lists and objects grow by these, so that no setter of the spell's sees them grow.
guest.put = (object, name, value) => {
  defineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
};
const { put } = guest;
guest.add = (list, value) => put(list, list.length, value);
// One for the host, which inherits nothing: no toJSON either.
guest.list = () => setPrototypeOf([], null);

const stringify = JSON.stringify;
const encodeWith = (value, indent) => encode(value, indent === true ? 2 : indent || 0);
define(JSON, 'encode', encodeWith);
define(JSON, 'decode', (text) => decode(text));
define(globalThis, 'json', {
  encode: encodeWith, decode: JSON.decode, parse: JSON.parse, stringify, null: null, array: (list) => list ?? [],
});
define(JSON, 'null', null);
define(JSON, 'array', globalThis.json.array);

// "max_tokens" for "maxTokens".
const { charCodeAt, slice, toLowerCase } = String.prototype;
const { apply } = Reflect;
guest.snake = (name) => {
  let made = '';
  for (let i = 0; i < name.length; i++) {
    const code = apply(charCodeAt, name, [i]), letter = apply(slice, name, [i, i + 1]);
    made += code >= 65 && code <= 90 ? '_' + apply(toLowerCase, letter, []) : letter;
  }
  return made;
};
const { toUpperCase } = String.prototype;
guest.camel = (name) => {
  let made = '';
  for (let i = 0; i < name.length; i++) {
    const letter = apply(slice, name, [i, i + 1]);
    made += letter === '_' && i > 0 ? apply(toUpperCase, apply(slice, name, [++i, i + 1]), []) : letter;
  }
  return made;
};

// Puts a method in under its name in both spellings.
guest.method = (object, name, value) => {
  define(object, name, value);
  if (guest.camel(name) !== name) define(object, guest.camel(name), value);
};

// An error at the spell's own line, since frames of the prelude are in no stack.
const OwnTypeError = TypeError;
guest.raise = (message) => { throw new OwnTypeError(message); };

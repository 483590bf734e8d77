// No template literals in the prelude: QuickJS runs them by way of String.prototype.concat, which a spell can replace.

// JSON beside JavaScript's own: encode and decode are the codec that carries values to the host and back. It is exact,
// or says where it can't be.
const { encode, decode, text: textOf } = raw.value;
const { defineProperty, setPrototypeOf } = Object;

guest.text = textOf;
guest.own = raw.value.own;
guest.handles = raw.value.handles;
// A text or a reply, as a string; undefined for what is neither.
guest.word = (value) => (typeof value === 'number' || typeof value === 'bigint' ? undefined : textOf(value));

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

// An error at the spell's own line, since frames of the prelude are in no stack.
const OwnTypeError = TypeError;
const { apply } = Reflect;
const { endsWith, lastIndexOf, slice, indexOf } = String.prototype;
// Messages end in the type of what was given: "not a null" is "not null", and "not a object" has another article.
const withArticle = (message) => {
  const last = apply(lastIndexOf, message, [' ']), before = apply(slice, message, [0, last]), word = apply(slice, message, [last]);
  if (!apply(endsWith, before, [' not a']) || word.length < 2) return message;
  if (word === ' null' || word === ' undefined') return apply(slice, before, [0, before.length - 2]) + word;
  return apply(indexOf, 'aeio', [word[1]]) < 0 ? message : before + 'n' + word;
};
guest.raise = (message) => { throw new OwnTypeError(withArticle(message)); };

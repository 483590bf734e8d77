// Options in any spelling, and names in both.
// After: value.
const { text, define, put, raise } = guest;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;

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

const typeName = (value) => {
  if (typeof value !== 'object') return typeof value;
  return value === null ? 'null' : isArray(value) ? 'list' : text(value) === undefined ? 'object' : 'text';
};
guest.typeName = typeName;

// Adds `options` to `all`, in the host's spelling. The host says what it does not know. What is undefined is not given.
guest.options = (all, options, what, aliases) => {
  if (options === undefined || options === null) return all;
  if (typeof options !== 'object' || typeName(options) !== 'object') raise(what + ' takes an object, not a ' + typeName(options));
  const given = { __proto__: null, ...options }, keys = getOwnPropertyNames(given);
  for (let i = 0; i < keys.length; i++) {
    const snake = guest.snake(keys[i]), name = aliases?.[snake] ?? snake, value = given[keys[i]];
    if (value === undefined) continue;
    if (all[name] !== undefined) raise(guest.messages.given_twice(what, name));
    put(all, name, value);
  }
  return all;
};
// An object that inherits nothing: no toJSON either.
guest.empty = () => ({ __proto__: null });

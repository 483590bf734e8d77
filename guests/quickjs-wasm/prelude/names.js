// Names in all their spellings, and for an unknown one the nearest.
// After: options.
const { raise, snake, method, camel } = guest;
const { apply } = Reflect;
const { getOwnPropertyNames, setPrototypeOf } = Object;
const { charCodeAt, slice, toLowerCase } = String.prototype;
const { join, sort } = Array.prototype;
const { min, floor } = Math;

const codes = (name) => {
  const all = { __proto__: null }, low = apply(toLowerCase, name, []);
  for (let i = 0; i < low.length; i++) all[i] = apply(charCodeAt, low, [i]);
  return all;
};

// How many letters have to change.
const distance = (one, other) => {
  const a = codes(one), b = codes(other);
  let before = { __proto__: null };
  for (let j = 0; j <= other.length; j++) before[j] = j;
  for (let i = 1; i <= one.length; i++) {
    const now = { __proto__: null, 0: i };
    for (let j = 1; j <= other.length; j++)
      now[j] = min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    before = now;
  }
  return before[other.length];
};

// "; did you mean 'x'?", or all names there are. `known` has them as keys.
guest.nearest = (name, known) => {
  const names = getOwnPropertyNames(known);
  let best, least = Infinity;
  for (let i = 0; i < names.length; i++) {
    const far = name.length <= 100 ? distance(name, names[i]) : Infinity;
    if (far < least || (far === least && best !== undefined && names[i] < best)) {
      best = names[i];
      least = far;
    }
  }
  if (best !== undefined && least <= 1 + floor(best.length / 3)) return "; did you mean '" + best + "'?";
  apply(sort, names, []);
  return names.length ? '; known are: ' + apply(join, names, [', ']) : '';
};
const { nearest } = guest;

// Whether an option is one of a set of those that have no meaning here, which is told once.
const told = { __proto__: null };
guest.isIdle = (set, name, what, key) => {
  if (!(name in guest.sets[set])) return false;
  if (!told[set + name]) guest.remark(guest.messages.idle_option(what, key));
  return (told[set + name] = true);
};

// What JavaScript itself, and those who look at objects, ask any of them for.
const common = { __proto__: null, then: 0, toJSON: 0, default: 0, prototype: 0, length: 0, caller: 0, arguments: 0 };
for (let i = 0, all = getOwnPropertyNames(Object.prototype); i < all.length; i++) common[all[i]] = 0;

guest.isCommon = (key) => key in common;

// An object to inherit from: whatever is not there is an error that names the nearest. `what` is "Agent" or "an agent".
// `find` may give what is not listed.
guest.strict = (members, what, find) =>
  new Proxy(Object.prototype, {
    __proto__: null,
    get(target, key, receiver) {
      if (typeof key === 'symbol' || key in common) return target[key];
      const found = find ? find(key, receiver) : undefined;
      if (found !== undefined) return found;
      const known = { __proto__: null }, names = getOwnPropertyNames(members), short = snake(apply(slice, key, [0, 60]));
      for (let i = 0; i < names.length; i++) if (!(names[i] in common)) known[snake(names[i])] = 0;
      return raise(guest.messages.no_member(what, apply(slice, key, [0, 60]), nearest(short, known)));
    },
    set(target, key, value, receiver) {
      guest.put(receiver, key, value); // what a spell adds is its own
      return true;
    },
  });

// An object with these functions, in both spellings, and errors for any other name.
guest.namespace = (functions, what, find) => {
  const all = {}, names = getOwnPropertyNames(functions);
  for (let i = 0; i < names.length; i++) method(all, names[i], functions[names[i]]);
  return setPrototypeOf(all, guest.strict(all, what, find));
};

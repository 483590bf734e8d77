// env.NAME: the variables that the operator granted.
// After: value.
const { get, names } = raw.environment;
const { define, raise } = guest;

// What JavaScript itself asks any object for is no variable.
const own = { __proto__: null, then: 0, toJSON: 0 };
for (let all = Object.prototype; all; all = Object.getPrototypeOf(all))
  for (const name of Object.getOwnPropertyNames(all)) own[name] = 0;

const find = (name) => (typeof name === 'string' && !(name in own) ? get(name) : undefined);
const refuse = () => raise('env is read-only');
define(globalThis, 'env', new Proxy({}, {
  __proto__: null,
  get: (target, name) => find(name) ?? target[name],
  has: (target, name) => find(name) !== undefined,
  ownKeys: () => names(),
  getOwnPropertyDescriptor: (target, name) => {
    const value = find(name);
    return value === undefined ? undefined : { __proto__: null, value, writable: false, enumerable: true, configurable: true };
  },
  set: refuse, defineProperty: refuse, deleteProperty: refuse, setPrototypeOf: refuse, preventExtensions: refuse,
}));

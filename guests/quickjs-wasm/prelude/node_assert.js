// The module assert of node's: what does not hold is an error.
// After: file, show.
const { modules, show } = guest;

const SEEN = 100; // levels

// Whether two values have the same contents.
const same = (one, other, depth = 0) => {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other || depth > SEEN) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date || one instanceof RegExp || one instanceof String) return String(one) === String(other);
  if (one instanceof Map || one instanceof Set) {
    if (one.size !== other.size) return false;
    return same([...one], [...other], depth + 1);
  }
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name], depth + 1));
};
guest.sameValue = same;

class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message);
    Object.assign(this, { name: 'AssertionError', code: 'ERR_ASSERTION', actual, expected, operator });
  }
}
const claim = (holds, message, actual, expected, operator, fallback) => {
  if (holds) return;
  if (message instanceof Error) throw message;
  throw new AssertionError({ message: message ?? fallback, actual, expected, operator });
};
const versus = (actual, word, expected) => show([actual]) + ' ' + word + ' ' + show([expected]);

const assert = (value, message) => claim(value, message, value, true, '==', 'it must be true, not ' + show([value]));
const equal = (a, b, message) => claim(Object.is(a, b), message, a, b, 'strictEqual', versus(a, 'is not', b));
const notEqual = (a, b, message) => claim(!Object.is(a, b), message, a, b, 'notStrictEqual', versus(a, 'must not be', b));
const deepEqual = (a, b, message) => claim(same(a, b), message, a, b, 'deepStrictEqual', versus(a, 'has not the contents of', b));
const notDeepEqual = (a, b, message) => claim(!same(a, b), message, a, b, 'notDeepStrictEqual', versus(a, 'must not have the contents of', b));
// What was thrown, against a pattern, a class, or fields.
const fits = (error, wanted) => {
  if (wanted === undefined || typeof wanted === 'string') return true;
  if (wanted instanceof RegExp) return wanted.test(String(error));
  if (typeof wanted === 'function') return error instanceof wanted;
  return Object.keys(wanted).every((name) => (wanted[name] instanceof RegExp ? wanted[name].test(error?.[name]) : same(error?.[name], wanted[name])));
};
const judged = (error, wanted, message) => claim(fits(error, wanted), message, error, wanted, 'throws', 'another error was expected than ' + show([error]));
Object.assign(assert, {
  ok: assert, equal, strictEqual: equal, notEqual, notStrictEqual: notEqual, deepEqual, deepStrictEqual: deepEqual, notDeepEqual,
  notDeepStrictEqual: notDeepEqual, AssertionError,
  fail: (message = 'failed') => claim(false, message, undefined, undefined, 'fail'),
  match: (text, pattern, message) => claim(pattern.test(text), message, text, pattern, 'match', versus(text, 'does not match', pattern)),
  throws: (work, wanted, message) => {
    try {
      work();
    } catch (error) {
      return judged(error, wanted, message);
    }
    claim(false, message ?? (typeof wanted === 'string' ? wanted : undefined), undefined, wanted, 'throws', 'nothing was thrown');
  },
  rejects: async (work, wanted, message) => {
    try {
      await (typeof work === 'function' ? work() : work);
    } catch (error) {
      return judged(error, wanted, message);
    }
    claim(false, message, undefined, wanted, 'rejects', 'nothing was rejected');
  },
});
assert.strict = assert;
modules.assert = modules['assert/strict'] = assert;

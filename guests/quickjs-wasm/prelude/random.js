// crypto's randomness comes from the host, so that the operator can repeat the run. So does Math.random's seed.
// After: value.
const { fill } = raw.random;
const { define, raise } = guest;
const View = Uint8Array;
const typed = Object.getPrototypeOf(Uint8Array.prototype);
const part = (name) => {
  const { get } = Object.getOwnPropertyDescriptor(typed, name);
  return (array) => Reflect.apply(get, array, []);
};
const buffer = part('buffer'), byteOffset = part('byteOffset'), byteLength = part('byteLength'), tag = part(Symbol.toStringTag);

define(globalThis, 'crypto', {});
crypto.getRandomValues = (array) => {
  const kind = tag(array);
  if (kind === undefined || kind === 'Float32Array' || kind === 'Float64Array' || kind === 'Float16Array')
    raise('crypto.getRandomValues takes an array of integers, such as a Uint8Array');
  fill(new View(buffer(array), byteOffset(array), byteLength(array)));
  return array;
};
const digits = '0123456789abcdef';
crypto.randomUUID = () => {
  const bytes = new View(16);
  fill(bytes);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  let made = '';
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) made += '-';
    made += digits[bytes[i] >> 4] + digits[bytes[i] & 15];
  }
  return made;
};

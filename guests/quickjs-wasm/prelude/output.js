// console.log and print: the spell's output.
const { write } = raw;
const { define, raise, show } = guest;

define(globalThis, 'console', {});
console.log = (...values) => write(show(values) + '\n');
console.dir = (value) => console.log(value);
// No line end is added. Bytes are written as they are.
console.write = (...values) => {
  for (let i = 0; i < values.length; i++) {
    const bytes = values[i] instanceof Uint8Array;
    write(bytes ? values[i] : show([values[i]]));
  }
};
define(globalThis, 'print', (...values) => write(show(values) + '\n'));

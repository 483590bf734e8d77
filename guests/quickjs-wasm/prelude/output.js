// console.log and print: the spell's output.
// After: show.
const { write } = raw.output;
const { define, show, format } = guest;
const Bytes = Uint8Array;

define(globalThis, 'console', {});
console.log = (...values) => write(format(values) + '\n');
console.dir = (value) => console.log(value);
// No line end is added, and nothing stands between. Bytes are written as they are.
console.write = (...values) => {
  let made = '';
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] instanceof Bytes)) {
      made += show([values[i]]);
      continue;
    }
    if (made) write(made);
    made = '';
    write(values[i]);
  }
  if (made) write(made);
};
define(globalThis, 'print', (...values) => write(show(values) + '\n'));

// Array.prototype.sort with a comparator in JavaScript: calls from C into JavaScript and back.
function main() {
  const list = [];
  let seed = 42;
  for (let place = 1; place <= 25000; place++) {
    seed = (seed * 48271) % 2147483647;
    list.push({ key: seed % 1000, place });
  }
  list.sort((a, b) => a.key - b.key || b.place - a.place);
  let sum = 0;
  for (const one of list) sum = (sum * 31 + one.place) % 1000000007;
  return String(sum);
}
return main();

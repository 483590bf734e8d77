// Insertion and look-up, by number and by text.
function main() {
  const counts = new Map(), plain = {}, order = [];
  for (let i = 1; i <= 100000; i++) {
    const name = "k" + i * 7919 % 5000, count = counts.get(name);
    if (count === undefined) order.push(name);
    counts.set(name, (count ?? 0) + 1);
    plain[name] = (plain[name] ?? 0) + 1;
  }
  const squares = [];
  let sum = 0;
  for (let i = 0; i < 250000; i++) squares[i] = i * i % 1000;
  for (let i = squares.length - 1; i >= 0; i -= 3) sum += squares[i];
  order.forEach((name, i) => { sum += i * counts.get(name); });
  for (const name in plain) sum += plain[name];
  while (order.length > 1) sum = (sum + order.pop().length) % 1000003;
  return String(sum);
}
return main();

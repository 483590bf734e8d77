// Functions that make and take functions.
function main() {
  const compose = (f, g) => (x) => f(g(x));
  const counter = (step) => {
    let value = 0;
    return () => value += step;
  };
  const list = Array.from({ length: 200 }, (_, i) => i + 1);
  let total = 0;
  for (let round = 1; round <= 900; round++) {
    const next = counter(round);
    const change = compose((x) => x + next(), (x) => x * 2);
    const mapped = list.map(compose(change, change));
    total = (total + mapped[round % mapped.length]) % 1000003;
  }
  return String(total);
}
return main();

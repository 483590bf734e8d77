// Floats in local variables.
function main() {
  const size = 150;
  let inside = 0;
  for (let y = 0; y < size; y++) {
    const ci = 2.0 * y / size - 1.0;
    for (let x = 0; x < size; x++) {
      const cr = 2.0 * x / size - 1.5;
      let zr = 0.0, zi = 0.0, steps = 0;
      while (steps < 120 && zr * zr + zi * zi < 4.0) {
        const next = zr * zr - zi * zi + cr;
        zi = 2.0 * zr * zi + ci;
        zr = next;
        steps++;
      }
      if (steps === 120) inside++;
    }
  }
  return String(inside);
}
return main();

// Backtracking over small arrays.
function main() {
  const n = 9, rows = [], up = [], down = [];
  let found = 0;
  const place = (column) => {
    if (column === n) {
      found++;
      return;
    }
    for (let row = 0; row < n; row++) {
      if (rows[row] || up[row + column] || down[row - column + n]) continue;
      rows[row] = up[row + column] = down[row - column + n] = true;
      place(column + 1);
      rows[row] = up[row + column] = down[row - column + n] = false;
    }
  };
  for (let i = 0; i < 2 * n; i++) rows[i] = up[i] = down[i] = false;
  for (let i = 0; i < 10; i++) place(0);
  return String(found);
}
return main();

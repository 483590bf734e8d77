// Allocation and the garbage collector.
function main() {
  const grow = (depth) => depth === 0 ? {} : { left: grow(depth - 1), right: grow(depth - 1) };
  const count = (tree) => tree.left ? 1 + count(tree.left) + count(tree.right) : 1;
  const long = grow(13);
  let nodes = 0;
  for (let i = 0; i < 6; i++) nodes += count(grow(13));
  return `${nodes} ${count(long)}`;
}
return main();

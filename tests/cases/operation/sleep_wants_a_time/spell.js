for (const bad of [-1, NaN, Infinity, "x", 1e30]) {
  try { await util.sleep(bad); } catch (error) { continue; }
  throw new Error(String(bad));
}
await util.sleep(0);
await util.sleep(1.5);

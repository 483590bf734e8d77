// Two hundred hooks that fire each other's points: each chain ends at the nesting that is allowed.
let deepest = 0;
const codes = {};
for (let i = 1; i <= 40; i++)
  Hook.register("custom:" + i, async (context) => {
    deepest = Math.max(deepest, context.data);
    try { await Hook.execute("custom:" + (i + 1), context.data + 1); } catch (failure) { codes[failure.code] = true; }
  });
await Hook.execute("custom:1", 1);
return [deepest, codes];

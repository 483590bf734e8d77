// Higher priorities first, then in order of registration; each sees what those before it made of the data.
const order = [];
const hook = (name) => (context) => {
  order.push(name);
  return { type: "modified", data: context.data + name };
};
Hook.register("custom:step", hook("c"));
Hook.register("custom:step", hook("e"), "lowest");
Hook.register("custom:step", hook("a"), "high");
Hook.register("custom:step", hook("b"), 7);
Hook.register("custom.step", hook("d"), { priority: "normal" });
Hook.register("custom:other", hook("x"));
const outcome = await Hook.execute("custom:step", ">");
return { order: order.join(""), data: outcome.data, action: outcome.action, results: outcome.results.length };

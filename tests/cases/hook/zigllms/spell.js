const { hook } = zigllms, seen = [];
const id = hook.register("custom:greet", (context) => ({ type: "modified", data: "hello " + context.data }), hook.Priority.HIGH);
seen[0] = id, seen[1] = (await hook.execute("custom:greet", "you"))[0].data;
seen[2] = hook.disable(id), seen[3] = (await hook.execute("custom:greet", "you")).length;
seen[4] = hook.enable(id), seen[5] = hook.getInfo(id).priority;
seen[6] = hook.list("custom:greet").length, seen[7] = hook.unregister(id);
return seen;

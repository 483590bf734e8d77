// Hooks may change, leave out, stop, rename and put off what the spell emits.
const log = [];
let tries = 0;
const id = Event.subscribe("**");
Hook.register("event:before_emit", (context) => {
  const event = context.data;
  if (event.type === "secret") return "skip";
  if (event.type === "forbidden") return { continue_execution: false, reason: "not here" };
  if (event.type === "old.name") return { type: "redirect", target: "new.name" };
  if (event.type === "broken") return { type: "modified", data: { type: "" } };
  if (event.type === "busy") return ++tries < 3 ? { type: "retry", delay_ms: 10, max_attempts: 3 } : undefined;
  event.data.seen = true;
  return { type: "modified", data: event };
});
Hook.register("event:user.in:after_emit", (context) => { log.push(context.component_id.name + " " + context.subscriptions); });
await Event.emit("user.in", { n: 1 });
const skipped = await Event.emit("secret", {});
const stopped = await Event.emit("forbidden", {}).catch((failure) => failure);
await Event.emit("old.name", { n: 2 });
const broken = await Event.emit("broken", {}).catch((failure) => failure);
await Event.emit("busy", { n: 3 });
const got = (await Event.receive_batch(id)).map((event) => event.type + event.data.n + (event.data.seen ?? "nil"));
return [got, skipped, stopped.code, stopped.message, broken.code, tries, log];

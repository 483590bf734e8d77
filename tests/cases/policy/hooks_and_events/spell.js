// Hooks on points that are not granted are denied; events need no grant within the run.
const why = (point) => { try { Hook.register(point, () => {}); return "registered"; } catch (failure) { return failure.message; } };
const heard = [];
Event.subscribe("job.*", (event) => { heard.push(event.type); });
Event.emit("job.done", 1);
await util.sleep(1);
return [
  why("agent:before_execution"), why("BeforeToolExecution"), why("tool:lookup:after_execution"), why("tool:*"), why("*"),
  why("custom:mine"), why("custom:*"), heard.join(" "),
];

// The next event is delivered all the same, and what still waits does not keep the run from ending.
Event.subscribe("x", () => util.sleep(100000));
Event.subscribe("y", () => print("y"));
Event.emit("x");
Event.emit("y");
await util.sleep(70000);
return Event.stats().handler_errors;

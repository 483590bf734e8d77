Event.subscribe("x", () => { for (;;); });
Event.emit("x");
await util.sleep(1);
return "not reached";

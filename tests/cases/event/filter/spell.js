const heard = [];
Event.filter("n.*", (event) => event.data % 2 === 0, (event) => { heard.push(event.data); });
zigllms.event.filter("n.3", () => { heard.push("three"); });
for (let i = 1; i <= 4; i++) await Event.emit("n." + i, i);
await util.sleep(1);
return heard;

// What the main chunk returned is the result, whatever ends the run while the rest goes on.
Task.spawn(async () => {
  await util.sleep(1);
  while (true);
});
return { main: "is over" };

try {
  setTimeout(function late() { throw new Error("late"); }, 1);
} catch { exit(9); }
await util.sleep(10);
exit(8);

const looping = { toString() { for (;;); }, valueOf() { for (;;); } };
const ways = [() => `${looping}`, () => looping + 1, () => ({})[looping], () => util.sleep(looping), () => console.log(new String(looping)), () => [looping].join()];
for (const way of ways) try { way(); } catch (error) { if (!(error instanceof TypeError)) exit(9); }
exit(9);

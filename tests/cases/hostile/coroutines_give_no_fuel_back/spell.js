function* work() { for (;;) { for (let i = 0; i < 1000; i++); yield; } }
const working = work();
for (;;) working.next();

// Parsed arguments take many times their text. How many calls can be under way has a bound in bytes, too.
let answer;
const answered = new Promise((resolve) => { answer = resolve; });
const given = Array.from({ length: 20000 }, () => ({ "": 0 }));
let done = 0, refused = 0, code = null;
Tool.create({ name: "slow", parallel: true, execute: () => answered });
const calls = [];
for (let i = 0; i < 20; i++) {
    calls.push((async () => {
        try { await Tool.execute("slow", { a: given }); done++; } catch (why) { refused++; code = why.code; }
    })());
}
while (refused === 0) await util.sleep(10);
const before = refused;
answer(1);
await Promise.all(calls);
await Tool.execute("slow", { a: given });
return { code, bounded: done > 0 && done < 10 && before > 0 };

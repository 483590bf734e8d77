const t = [];
for (let i = 0; i < 100000; i++) t.push(i);
for (;;) try { t.sort(() => { t.length = 10; t[20] = t; return Math.random() - 0.5; }); } finally { continue; }

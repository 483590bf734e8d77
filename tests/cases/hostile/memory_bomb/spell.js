const t = [];
for (;;) t.push("x".repeat(1000) + t.length);

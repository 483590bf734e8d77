const all = [];
for (;;) all.push('x'.repeat(1 << 20) + all.length);

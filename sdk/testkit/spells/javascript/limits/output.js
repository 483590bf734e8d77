const text = 'x'.repeat(1 << 16);
for (;;) print(text);

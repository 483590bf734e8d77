const line = "x".repeat(1000);
for (;;) print(line);

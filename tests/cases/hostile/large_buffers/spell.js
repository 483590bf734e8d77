let refused = 0;
for (const size of [2 ** 31, 2 ** 40, 2 ** 53])
  try { new ArrayBuffer(size); } catch (error) { refused++; }
if (refused !== 3) exit(9);
for (;;) try { new ArrayBuffer(2 ** 30); } catch { } finally { continue; }

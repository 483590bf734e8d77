(() => { try { throw 1; } catch { return 2; } finally { for (;;); } })();

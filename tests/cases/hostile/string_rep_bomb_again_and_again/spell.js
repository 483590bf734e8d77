for (;;) try { "x".repeat(200 << 20); } catch { }

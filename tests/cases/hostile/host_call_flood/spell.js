for (;;) try { Date.now(); } finally { continue; }

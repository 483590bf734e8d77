for (;;) try { await util.sleep(1000000000); } finally { continue; }

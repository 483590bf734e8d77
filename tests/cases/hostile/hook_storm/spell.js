Hook.register("custom:x", () => undefined);
for (;;) try { await Hook.execute("custom:x", {}); } catch { }

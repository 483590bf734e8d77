try { console.write("x".repeat(10 << 20)); } catch { }
try { console.write("x".repeat(10 << 20)); } catch { }

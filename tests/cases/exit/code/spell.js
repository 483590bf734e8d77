print("before");
try { exit(10); } catch { } finally { print("after"); }
print("after");

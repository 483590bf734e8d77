try { return new Proxy({}, { ownKeys() { for (;;); } }); } finally { 1; }

const registry = new FinalizationRegistry(() => { for (;;); });
registry.register({}, 1);
function* generator() { try { yield 1; } finally { for (;;); } }
try { using x = { [Symbol.dispose]() { for (;;); } }; for (const _ of generator()) break; } finally { for (;;); }

// Reading texts for vectors has a price as well.
try { await llm.embed({ provider: "local", model: "m", input: "text" }); } catch {}
print("still here");

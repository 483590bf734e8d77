// Where the price is unknown, a cost budget can't be enforced: the call is not made, and nothing catches the end.
try { await llm.complete({ provider: "local", model: "m", messages: [{ role: "user", content: "hi" }] }); } catch {}
print("still here");

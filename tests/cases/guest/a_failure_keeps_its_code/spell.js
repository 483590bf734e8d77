const failure = await llm.complete({messages: []}).catch((failure) => failure);
if (!(failure instanceof Error && failure.code === "invalid" && failure.message.includes("messages"))) throw new Error("1");
if (!String(failure).startsWith("invalid: ") || !("x " + failure).startsWith("x invalid: ")) throw new Error("2");
await llm.complete({messages: [{role: "user", content: "x"}], temprature: 1});

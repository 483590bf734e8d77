// Where nobody knows the price, a budget of money can't be kept: the call is not made.
const fails = async (act) => { try { await act(); } catch (failure) { return failure; } };
const failure = await fails(() => llm.complete({ provider: "local", model: "m", messages: [{ role: "user", content: "hi" }] }));
if (failure.code !== "budget") throw failure;
const embedded = await fails(() => llm.embed({ provider: "local", model: "m", input: "text" }));
if (embedded.message !== failure.message) throw embedded;
return failure.message;

// A provider that does not keep to what it was told is cut off.
let failure;
try {
  let heard = 0;
  await Agent.create({ name: "a", model: "openai/gpt-4o", max_tokens: 50 }).stream("go on", (piece) => { heard += String(piece).length; });
} catch (thrown) { failure = thrown; }
if (failure.code !== "budget") throw failure;
return failure.message;

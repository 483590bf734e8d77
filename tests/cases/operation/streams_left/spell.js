// Loops that are left give back the places of their streams, far more often than there are places.
let heard = 0;
for (let i = 0; i < 300; i++) {
  const stream = await llm.stream({ prompt: "x" });
  for await (const piece of stream) {
    heard++;
    break;
  }
}
for (let i = 0; i < 300; i++) {
  const stream = await Agent.create({}).stream("x");
  for await (const piece of stream) break;
}
return heard;

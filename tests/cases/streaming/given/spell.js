// The function is given what yields, as well as having Streaming.yield.
const stream = Streaming.create(async (give) => {
  await give(1);
  await Streaming.yield(2);
  await give(3);
});
return await stream.collect();

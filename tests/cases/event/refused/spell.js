const why = async (call, ...given) => {
  try { await call(...given); } catch (failure) { return failure.code ? String(failure) : failure.message; }
  return "ok";
};
return [
  await why(Event.emit, {}), await why(Event.emit, "a*"), await why(Event.emit, ""), await why(Event.emit, "a\nb"),
  await why(Event.emit, "x", { priority: "urgent" }), await why(Event.emit, { type: "x", source: "host" }),
  await why(Event.emit, { type: "x", payload: 1, data: 2 }), await why(Event.emit, { type: 7 }), await why(Event.subscribe, ""),
  await why(Event.subscribe, "x", 7), await why(Event.subscribe, "x", { size: 1 }), await why(Event.subscribe, "a.**.b.**.c.**"),
  await why(Event.unsubscribe, "x"), await why(Event.receive, 7, -1), await why(Event.receive_batch, 7, 0),
  await why(Event.emit, "x".repeat(300)), await why(Event.emit, "x", { data: 1, metadata: { note: "x".repeat(5000) } }),
  await why(Event.emit, "big", { text: "x".repeat(2000000) }),
];

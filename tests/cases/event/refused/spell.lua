local function why(call, ...)
  local ok, failure = pcall(call, ...)
  return ok and "ok" or tostring(failure)
end
return {
  why(Event.emit, {}), why(Event.emit, "a*"), why(Event.emit, ""), why(Event.emit, "a\nb"), why(Event.emit, "x", { priority = "urgent" }),
  why(Event.emit, { type = "x", source = "host" }), why(Event.emit, { type = "x", payload = 1, data = 2 }), why(Event.emit, 7),
  why(Event.subscribe, ""), why(Event.subscribe, "x", 7), why(Event.subscribe, "x", { size = 1 }), why(Event.subscribe, "a.**.b.**.c.**"),
  why(Event.unsubscribe, "x"), why(Event.receive, 7, -1), why(Event.receive_batch, 7, 0), why(Event.emit, ("x"):rep(300)),
  why(Event.emit, "x", { data = 1, metadata = { note = ("x"):rep(5000) } }),
  why(Event.emit, "big", { text = ("x"):rep(2000000) }),
}

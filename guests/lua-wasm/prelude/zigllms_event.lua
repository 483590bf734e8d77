-- Events as zigllms spells them.
local Event = Event

zigllms = zigllms or {}
zigllms.event = {
  emit = Event.emit, subscribe = Event.subscribe, unsubscribe = Event.unsubscribe, filter = Event.filter,
  list_subscriptions = Event.list_subscriptions, record = Event.record, replay = Event.replay, clear = Event.clear,
  Type = { SYSTEM = "system", USER = "user", AGENT = "agent", TOOL = "tool", WORKFLOW = "workflow" },
  Priority = { LOW = "low", NORMAL = "normal", HIGH = "high", CRITICAL = "critical" },
}

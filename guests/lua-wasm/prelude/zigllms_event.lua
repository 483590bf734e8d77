-- Events as zigllms spells them.
-- Names: zigllms.event.
-- After: event.
local raw, guest = ...
local Event, constants = Event, guest.zigllms.event

return {
  emit = Event.emit, subscribe = Event.subscribe, unsubscribe = Event.unsubscribe, filter = Event.filter,
  list_subscriptions = Event.list_subscriptions, listSubscriptions = Event.list_subscriptions, record = Event.record, replay = Event.replay, clear = Event.clear,
  Type = constants.Type, Priority = constants.Priority,
}

// Events as zigllms spells them.
// After: event.
const { define, put } = guest;

if (!globalThis.zigllms) define(globalThis, 'zigllms', {});
zigllms.event = {};
for (const name of ['emit', 'subscribe', 'unsubscribe', 'filter', 'list_subscriptions', 'listSubscriptions', 'record', 'replay', 'clear'])
  put(zigllms.event, name, Event[name]);
for (const name in guest.zigllms.event) put(zigllms.event, name, { ...guest.zigllms.event[name] });

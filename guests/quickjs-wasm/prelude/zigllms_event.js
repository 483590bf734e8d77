// Events as zigllms spells them.
// Names: zigllms.event.
// After: event.
const { put } = guest;

const own = {};
for (const name of ['emit', 'subscribe', 'unsubscribe', 'filter', 'list_subscriptions', 'listSubscriptions', 'record', 'replay', 'clear'])
  put(own, name, Event[name]);
for (const name in guest.zigllms.event) put(own, name, { ...guest.zigllms.event[name] });
return own;

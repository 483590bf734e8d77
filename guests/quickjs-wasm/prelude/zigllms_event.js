// Events as zigllms spells them.
const { define, put } = guest;

if (!globalThis.zigllms) define(globalThis, 'zigllms', {});
zigllms.event = {
  Type: { SYSTEM: 'system', USER: 'user', AGENT: 'agent', TOOL: 'tool', WORKFLOW: 'workflow' },
  Priority: { LOW: 'low', NORMAL: 'normal', HIGH: 'high', CRITICAL: 'critical' },
};
for (const name of ['emit', 'subscribe', 'unsubscribe', 'filter', 'list_subscriptions', 'listSubscriptions', 'record', 'replay', 'clear'])
  put(zigllms.event, name, Event[name]);

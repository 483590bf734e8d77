// Event: telling what happens, and being told. Alert: telling the operator as well.
// After: handler, log, operation.
const { emit, subscribe, unsubscribe, receive, take, inbox, finish, subscriptions, stats, clear, record, replay } = raw.event;
const { drive, raise, word, define, put, method, empty, options, typeName, handler, forget, listen, atEnd } = guest;
const { getOwnPropertyNames } = Object;
const { isInteger } = Number;
const { isArray } = Array;
const { ceil } = Math;
const { warn } = Logger;

const { event: aliases } = guest.aliases, say = guest.messages;
const addOptions = (all, given, what) => options(all, given, what, aliases);

// A promise, whether the host answers at once or has to ask hooks of the spell first.
const promised = async (value) => value;
const valueOf = (answer) => (isArray(answer) ? drive(answer[0]) : promised(answer));

const envelope = { __proto__: null, ...guest.sets.envelope, correlationId: true, ttlSeconds: true };

// In (name, object), whether the object is data or more than that: then it holds nothing else, and data or a priority.
const isEnvelope = (value) => {
  if (typeName(value) !== 'object') return false;
  const keys = getOwnPropertyNames(value);
  let has = false;
  for (let i = 0; i < keys.length; i++) {
    if (!(keys[i] in envelope)) return false;
    has = has || keys[i] === 'data' || keys[i] === 'payload' || keys[i] === 'priority';
  }
  return has;
};

define(globalThis, 'Event', {});
const named = (type, data) => {
  const event = empty();
  event.type = type;
  if (data !== undefined) event.data = data;
  return event;
};

// ({type, data, ...}) or (name, data) or (name, {data, priority, ...}): a promise of how many subscriptions got it.
method(Event, 'emit', (name, data) => {
  const type = word(name);
  if (type === undefined && typeName(name) !== 'object') raise('Event.emit takes an event\'s type, a text, or an object, not a ' + typeName(name));
  if (type === undefined) return valueOf(emit(addOptions(empty(), name, 'Event.emit')));
  return valueOf(emit(isEnvelope(data) ? addOptions(named(type), data, 'Event.emit') : named(type, data)));
});
method(Event, 'publish', (name, data, given) => {
  if (word(name) === undefined) raise(say.takes_text('Event.publish', "an event's type", typeName(name)));
  return valueOf(emit(addOptions(named(word(name), data), given, 'Event.publish')));
});

const spellOut = (event) => {
  put(event, 'event_type', event.type);
  put(event, 'eventType', event.type);
  put(event, 'name', event.type);
  put(event, 'payload', event.data);
  return event;
};

const numbers = { __proto__: null }; // id -> the number of its function
let listening = false;

const checkPattern = (pattern, what) => {
  const checked = word(pattern);
  if (checked === undefined) raise(say.takes_text(what, "a pattern such as 'user.*'", typeName(pattern)));
  return checked;
};

// Without a function, its events wait for Event.receive.
const subscribeTo = (pattern, main, given) => {
  const checked = checkPattern(pattern, 'Event.subscribe');
  if (typeof main === 'object' && main !== null && given === undefined) {
    given = main;
    main = undefined;
  }
  if (main !== undefined && main !== null && typeof main !== 'function') raise(say.takes_function('Event.subscribe', typeName(main)));
  const all = addOptions(empty(), given, 'Event.subscribe');
  const number = main ? handler(async (event) => { await main(spellOut(event)); }) : undefined;
  let id;
  try {
    id = subscribe(checked, number, all);
  } finally {
    if (id === undefined && number !== undefined) forget(number);
  }
  if (number === undefined) return id;
  numbers[id] = number;
  if (!listening) {
    listening = true;
    listen(inbox());
    atEnd(finish);
  }
  return id;
};
method(Event, 'subscribe', subscribeTo);

// (pattern, function), or (pattern, condition, function): only events for which the condition is true.
const filter = (pattern, condition, main) => {
  if (main === undefined) return subscribeTo(pattern, condition);
  if (typeof condition !== 'function' || typeof main !== 'function') raise('Event.filter takes functions');
  return subscribeTo(pattern, async (event) => { if (await condition(event)) await main(event); });
};
method(Event, 'filter', filter);
method(Event, 'subscribe_with_filter', filter);

const checkId = (id, what) => {
  if (!isInteger(id) || id < 1) raise(what + ' takes the id that Event.subscribe or Event.record gave');
  return id;
};

method(Event, 'unsubscribe', (id) => {
  const found = unsubscribe(checkId(id, 'Event.unsubscribe'));
  if (numbers[id] !== undefined) forget(numbers[id]);
  delete numbers[id];
  return found;
});

const checkTime = (time, what) => {
  if (typeof time !== 'number' || !(time >= 0 && time <= 1e12)) raise(what + ' takes 0 to 1e12 milliseconds');
  return ceil(time);
};
const spellOutSome = (event) => (event === null || event === undefined ? undefined : spellOut(event));

// A promise of the next event, or of undefined after so many milliseconds.
const receiveFrom = (id, timeout, options) => {
  checkId(id, 'Event.receive');
  timeout = checkTime(timeout ?? 5000, 'Event.receive');
  return timeout === 0 ? promised(spellOutSome(take(id, 1)[0])) : guest.until(guest.signalIn(options, 'Event.receive'), () => receive(id, timeout), spellOutSome);
};
method(Event, 'receive', receiveFrom);

// What waits already, at most so many; with a timeout, waits for the first.
method(Event, 'receive_batch', async (id, most, timeout) => {
  checkId(id, 'Event.receive_batch');
  most ??= 100;
  timeout = checkTime(timeout ?? 0, 'Event.receive_batch');
  if (!isInteger(most) || most < 1 || most > 1000) raise('Event.receive_batch takes 1 to 1000 events');
  const events = take(id, most);
  for (let i = 0; i < events.length; i++) spellOut(events[i]);
  if (events.length || !timeout) return events;
  const first = await receiveFrom(id, timeout);
  return first ? [first] : [];
});

method(Event, 'list_subscriptions', () => subscriptions());

// Of this run; the last two as other hosts have them.
const allStats = () => {
  const all = stats();
  put(all, 'event_bus_stats', { events_processed: all.emitted, rate_limit_violations: all.dropped, buffer_size: all.queued });
  put(all, 'bridge_stats', {
    active_subscriptions: all.subscriptions, subscriptions_by_language: all.subscriptions_by_language,
  });
  return all;
};
method(Event, 'stats', allStats);
method(Event, 'get_stats', allStats);

// Drops what waits and what is recorded: how many waited.
method(Event, 'clear', (pattern = '*') => clear(checkPattern(pattern, 'Event.clear')));

// Keeps events, for so many milliseconds or until Event.unsubscribe.
method(Event, 'record', (pattern, given) => {
  const checked = checkPattern(pattern, 'Event.record');
  const all = typeof given === 'number' ? empty() : addOptions(empty(), given, 'Event.record');
  if (typeof given === 'number') all.duration_ms = given;
  return record(checked, all);
});

// Emits them again: a promise of how many.
method(Event, 'replay', (id, given) => drive(replay(checkId(id, 'Event.replay'), addOptions(empty(), given, 'Event.replay'))));

define(globalThis, 'Alert', {});
method(Alert, 'send', (title, payload) => {
  const said = word(title);
  if (said === undefined) raise(say.takes_text('Alert.send', 'a title', typeName(title)));
  const data = empty(), event = named('alert', data);
  data.title = said;
  data.payload = payload;
  event.priority = 'high';
  warn('alert: ' + said, { __proto__: null, payload });
  return valueOf(emit(event));
});

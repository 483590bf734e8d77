// Replies: String objects that know more. Failures: Errors with the host's code.
// After: options.
const { text, define, put, method } = guest;
const { reply: make, own } = raw.value;
const { create, getOwnPropertyNames } = Object;
const { apply } = Reflect;

const reply = create(String.prototype);
const asText = function () { return text(this) ?? ''; };
define(reply, 'toString', asText);
define(reply, 'valueOf', asText);
define(reply, Symbol.toPrimitive, asText);

const getter = (name, get) =>
  Object.defineProperty(reply, name, { __proto__: null, get, set(value) { define(this, name, value); }, configurable: true });

const metadata = function () {
  const usage = own(this, 'usage');
  return {
    model: own(this, 'model'), provider: own(this, 'provider'), finish_reason: own(this, 'finish_reason'),
    execution_time_ms: own(this, 'duration_ms'), token_count: usage?.total_tokens, usage, turns: own(this, 'turns'),
    agent: own(this, 'agent'),
  };
};

// What other dialects call the text.
const spellings = { __proto__: null, content: 0, output: 0, response: 0 };
for (const name in spellings) getter(name, asText);
getter('success', () => true);
getter('metadata', metadata);
getter('data', function () { return own(this, 'object'); });

const plain = Object.prototype;
const toObject = function () {
  const copy = create(plain);
  const names = getOwnPropertyNames(this);
  for (let i = 0; i < names.length; i++)
    if (names[i] !== 'length' && !(names[i] >= 0)) put(copy, names[i], own(this, names[i]));
  for (const name in spellings) put(copy, name, text(this));
  put(copy, 'success', true);
  put(copy, 'metadata', apply(metadata, this, []));
  if (own(this, 'object') !== undefined) put(copy, 'data', own(this, 'object'));
  return copy;
};
for (const name of ['table', 'to_table', 'to_object']) method(reply, name, toObject);

guest.reply = (value) => make(value, reply);

const failure = new Error();
Object.setPrototypeOf(failure, Error.prototype);
for (const name of Object.getOwnPropertyNames(failure)) delete failure[name];
define(failure, 'name', 'Failure');
define(failure, 'toString', function () {
  const said = own(this, 'message') ?? '';
  const code = own(this, 'code');
  return (code === undefined ? '' : code + ': ') + said;
});
raw.value.failures(failure);

const OwnError = Error;
const { setPrototypeOf } = Object;
guest.failure = (code, message) => {
  const error = setPrototypeOf(new OwnError(message), failure);
  put(error, 'code', code);
  return error;
};

// What can't be defined, and why.
const attempt = (definition) => {
  try {
    Tool.register(definition);
  } catch (failure) {
    return failure.message;
  }
  return 'it works';
};
const f = () => {};
return [
  attempt({ name: 'a.b', execute: f }), attempt({ name: 'ä', execute: f }), attempt({ name: '', execute: f }), attempt({ execute: f }),
  attempt({ name: 'same-name', execute: f }), attempt({ name: 'same_name', execute: f }),
  attempt({ name: 'x', execute: f, parameters: 'text' }), attempt({ name: 'x', execute: f, parameters: { type: 'string' } }),
  attempt({ name: 'x', execute: f, parameters: { a: { type: 'string' } } }), attempt({ name: 'x', execute: f, colour: 1 }),
  attempt({ name: 'x', execute: f, timeout_ms: -1 }), attempt({ name: 'x', execute: f, parallel: 'yes' }),
  attempt({ name: 'x', execute: f, fn: f }), attempt({ name: 'x', execute: 'text' }),
];

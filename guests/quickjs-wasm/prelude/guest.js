// The beginning of a run: what the spell was given.
const { starts, define } = guest;
const { apply } = Reflect;
const { startsWith, indexOf, slice } = String.prototype;

define(globalThis, 'params', undefined);
define(globalThis, 'ARGS', undefined);
define(globalThis, 'arg', undefined);

// A name that is not there is an error that tells the nearest.
for (const name of ['Task', 'Event', 'Hook', 'Alert', 'util'])
  Object.setPrototypeOf(globalThis[name], guest.strict(globalThis[name], name));

guest.noteNamespaces();

// "--key value", "--key=value", "--flag", and the rest by position.
const readArguments = (into, given) => {
  const isOption = (word) => apply(startsWith, word, ['--']) && word.length > 2;
  let position = 0;
  for (let i = 0; i < given.length; i++) {
    const word = given[i], following = given[i + 1], equals = apply(indexOf, word, ['=']);
    if (!isOption(word)) {
      into[++position] = word;
    } else if (equals > 2) {
      into[apply(slice, word, [2, equals])] = apply(slice, word, [equals + 1]);
    } else {
      const hasValue = following !== undefined && !apply(startsWith, following, ['--']);
      into[apply(slice, word, [2])] = hasValue ? following : 'true';
      if (hasValue) i++;
    }
  }
};

guest.begin = (name, parameters, given) => {
  for (let i = 0; i < starts.length; i++) starts[i]();
  globalThis.params = parameters;
  globalThis.ARGS = { 0: name, ...parameters };
  globalThis.arg = [name];
  for (let i = 0; i < given.length; i++) globalThis.arg[i + 1] = given[i];
  readArguments(globalThis.ARGS, given);
};

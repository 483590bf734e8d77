// Providers as zigllms spells them: the operator's by their names, and settings for requests that a spell gives names.
// Names: zigllms.provider.
// After: provider.
const { raise, word, typeName, put, add, empty, nearest, namespace, agentOptions: options, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { sort } = Array.prototype;
const { apply } = Reflect;
const { list, get, getModels, getCapabilities, exists } = Provider, { complete, stream, getProvider, setProvider } = llm;
const { Status } = guest.zigllms.provider;

const made = { __proto__: null }; // id -> its settings
let count = 0, streams = 0;

// The kind that "local" means: a server on this machine, by the operator's configuration.
const LOCAL = 'ollama';

const named = (settings, what) => {
  const { name, type, ...rest } = options(empty(), settings, what), given = rest.provider ?? type;
  delete rest.provider;
  if (given === undefined) return rest;
  const wanted = given === 'local' ? LOCAL : word(given), all = list();
  let provider = wanted; // the host says what there is not, when it is asked
  for (let i = 0; i < all.length; i++) if (all[i].kind === wanted) provider = all[i].name;
  for (let i = 0; i < all.length; i++) if (all[i].name === wanted) provider = wanted;
  return { ...rest, provider };
};
const own = (id, what) => made[word(id) ?? ''] ?? raise('zigllms.provider.' + what + ': ' + say.no_provider(word(id) ?? typeName(id), nearest(word(id) ?? '', made)));
// The name that a provider has for the host.
const hostName = (id) => made[word(id) ?? '']?.provider ?? id;

const requestOf = (messages, given, what) => {
  const request = empty();
  let settings = empty();
  for (let i = 0, keys = getOwnPropertyNames(given ?? {}); i < keys.length; i++) {
    const value = given[keys[i]];
    if ((keys[i] === 'provider' || keys[i] === 'id') && word(value) in made) settings = made[word(value)];
    else put(request, keys[i], value);
  }
  const said = word(messages) === undefined ? messages : [{ role: 'user', content: word(messages) }];
  return { ...settings, ...options(empty(), request, what), messages: said };
};

const chat = async (messages, given) => complete(requestOf(messages, given, 'zigllms.provider.chat'));
const space = namespace({
  __proto__: null, chat, complete: chat, get_default: getProvider, set_default: setProvider,
  create: (settings) => {
    if (typeName(settings) !== 'object') raise(say.no_options('zigllms.provider.create', typeName(settings)));
    const found = named(settings, 'zigllms.provider.create');
    count++;
    const id = word(settings.name) ?? 'provider-' + count;
    made[id] = found;
    return id;
  },
  configure: (id, settings) => {
    made[word(id)] = { ...own(id, 'configure'), ...named(settings, 'zigllms.provider.configure') };
    return true;
  },
  destroy: (id) => {
    own(id, 'destroy');
    return delete made[word(id)];
  },
  // Calls the function with each piece; false stops. Gives an id when the last has come.
  stream: async (messages, onPiece, given) => {
    if (typeof onPiece !== 'function') raise(say.takes_function('zigllms.provider.stream', typeof onPiece));
    await stream(requestOf(messages, given, 'zigllms.provider.stream'), onPiece);
    streams++;
    return 'stream-' + streams;
  },
  // Those of the operator that this spell may use, and its own.
  list: () => {
    const ids = [], all = list(), mine = apply(sort, getOwnPropertyNames(made), []);
    for (let i = 0; i < all.length; i++) add(ids, all[i].name);
    for (let i = 0; i < mine.length; i++) add(ids, mine[i]);
    return ids;
  },
  get: (id) => {
    const settings = made[word(id) ?? ''], host = hostName(id), found = word(host) === undefined ? undefined : get(host);
    if (!found && !settings) return undefined;
    const active = (settings && settings.provider === undefined) || found?.enabled;
    return { ...found, id: word(id), ...(settings && { settings }), status: active ? Status.ACTIVE : Status.INACTIVE };
  },
  exists: (id) => word(id) in made || exists(id),
  get_models: (id) => getModels(hostName(id)),
  get_capabilities: (id) => getCapabilities(hostName(id)),
}, 'zigllms.provider');
for (const name in guest.zigllms.provider) put(space, name, { ...guest.zigllms.provider[name] });
return space;

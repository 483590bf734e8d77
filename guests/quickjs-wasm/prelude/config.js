// The operator's configuration: read-only, and never a key. What other hosts let a spell set does not exist.
// After: options, tool.
const { get } = raw.config;
const { covers } = raw.file;
const { define, method, raise, word, typeName, lists, messages: say } = guest;
const { list: tools } = Tool;
const { stringify } = JSON;
const { keys } = Object;
const { sort } = Array.prototype;
const { apply } = Reflect;

const all = () => get('');
const security = () => ({ limits: get('limits'), file_access: covers('.', false), read_only: true });
const members = {
  __proto__: null,
  get_all: all,
  // The language of this spell.
  get_default_engine: () => 'javascript',
  get_default_provider: () => get('default_provider'),
  // {kind, default_model, configured}, or undefined.
  get_provider: (name) => get('providers')?.[word(name) ?? raise(say.takes_text('Config.get_provider', "a provider's name", typeName(name)))],
  list_providers: () => apply(sort, keys(get('providers') ?? {}), []),
  // Whether files below this folder may be read; without one, those of the folder that the run was started in.
  is_file_access_allowed: (path) => covers(path ?? '.', false),
  // What bounds the run.
  get_limits: () => get('limits'),
  get_security: security,
  get_permissions: security,
  // The tools that this spell may call.
  get_tools: () => tools(),
  // One of the configuration's sections, or undefined.
  get_section: (name) => get(word(name) ?? raise(say.takes_text('Config.get_section', "a section's name", typeName(name)))),
  // All of it, as it is now: a run's configuration never changes.
  snapshot: all,
  to_json: () => stringify(get(''), null, 2),
};

define(globalThis, 'Config', {});
Config.get = (path) => get(path ?? '');
for (let i = 0; i < lists.config_names.length; i++) method(Config, lists.config_names[i], members[lists.config_names[i]]);

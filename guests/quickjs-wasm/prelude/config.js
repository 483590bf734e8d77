// The operator's configuration: read-only, and never a key.
const { get } = raw;
const { define, method } = guest;

define(globalThis, 'Config', {});
Config.get = (path) => get(path ?? '');
method(Config, 'get_all', () => get(''));

// The operator's configuration: read-only, and never a key.
// After: options.
const { get } = raw.config;
const { define, method } = guest;

define(globalThis, 'Config', {});
Config.get = (path) => get(path ?? '');
method(Config, 'get_all', () => get(''));

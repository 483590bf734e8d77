// require: other files of the spell's own folder, as functions that fill `exports`. `import` is the engine's.
// After: value.
const { resolve, load, namespace } = raw.module;
const { define, raise } = guest;
const { apply } = Reflect;

const loaded = { __proto__: null };

const requireFrom = (base) => (name) => {
  if (typeof name !== 'string') raise('require takes a name, not a ' + typeof name);
  const path = resolve(base, name);
  if (path === 'llmspell') return namespace(path);
  if (loaded[path]) return loaded[path].exports;
  const main = load(path);
  if (!main) return namespace(path); // with `import` or `export`
  const module = { exports: {}, id: path, filename: path };
  loaded[path] = module;
  let done = false;
  try {
    apply(main, module.exports, [module.exports, requireFrom(path), module, path, path]);
    done = true;
  } finally {
    if (!done) delete loaded[path];
  }
  return module.exports;
};

define(globalThis, 'require', requireFrom(''));

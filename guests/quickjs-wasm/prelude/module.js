// require: other files of the spell's own folder, as functions that fill `exports`, or data. `import` is the engine's.
// After: file.
const { resolve, load, namespace, data } = raw.module;
const { define, raise, modules } = guest;
const { apply } = Reflect;
const { slice, lastIndexOf, endsWith } = String.prototype;

const loaded = { __proto__: null };

const isProgram = (path) => apply(endsWith, path, ['.js']) || apply(endsWith, path, ['.mjs']) || apply(endsWith, path, ['.cjs']);
const folderOf = (path) => {
  const place = apply(lastIndexOf, path, ['/']);
  return place < 0 ? '.' : apply(slice, path, [0, place]);
};

const run = (path) => {
  if (!isProgram(path)) {
    loaded[path] = { exports: data(path) };
    return loaded[path].exports;
  }
  const main = load(path);
  if (!main) return namespace(path); // with `import` or `export`
  const module = { exports: {}, id: path, filename: path };
  loaded[path] = module;
  let done = false;
  try {
    apply(main, module.exports, [module.exports, requireFrom(path), module, path, folderOf(path)]);
    done = true;
  } finally {
    if (!done) delete loaded[path];
  }
  return module.exports;
};

// What a name without an extension may mean besides.
const others = ['.json', '/index.js'];

const requireFrom = (base) => (name) => {
  if (typeof name !== 'string') raise('require takes a name, not a ' + typeof name);
  const path = resolve(base, name);
  if (path === 'llmspell') return namespace(path);
  if (modules[path]) return modules[path];
  if (loaded[path]) return loaded[path].exports;
  if (apply(endsWith, name, ['.js'])) return run(path);
  const stem = apply(slice, path, [0, -3]);
  for (let i = 0; isProgram(path) && i < others.length; i++) if (loaded[stem + others[i]]) return loaded[stem + others[i]].exports;
  try {
    return run(path);
  } catch (failure) {
    if (failure?.code !== 'not-found' || !isProgram(path) || apply(endsWith, name, ['.mjs']) || apply(endsWith, name, ['.cjs'])) throw failure;
    for (let i = 0; i < others.length; i++)
      try {
        return run(stem + others[i]);
      } catch (other) {
        if (other?.code !== 'not-found') throw other;
      }
    throw failure;
  }
};

define(globalThis, 'require', requireFrom(''));

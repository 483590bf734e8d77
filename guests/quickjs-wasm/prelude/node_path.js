// The module path of node's, for the paths that spells have: with "/" between their parts.
// After: file.
const { raise, typeName, messages: say, modules } = guest;
const textOf = (path, what) => (typeof path === 'string' ? path : raise(say.takes_text('path.' + what, 'a path', typeName(path))));

const normalize = (path) => {
  const parts = [], absolute = textOf(path, 'normalize')[0] === '/';
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push('..');
  }
  const made = (absolute ? '/' : '') + parts.join('/') + (parts.length && path.endsWith('/') ? '/' : '');
  return made || '.';
};
const join = (...parts) => normalize(parts.filter((part) => textOf(part, 'join') !== '').join('/') || '.');
// Relative paths stay so: they are below the folder that is meant by them.
const resolve = (...parts) => {
  let made = '';
  for (const part of parts) made = textOf(part, 'resolve')[0] === '/' ? part : made + (made && part ? '/' : '') + part;
  const path = normalize(made);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
};

const bare = (path) => path.replace(/\/+$/, '');
const basename = (path, ending) => {
  const name = bare(textOf(path, 'basename')).replace(/^.*\//s, '');
  return ending && name !== ending && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
};
const dirname = (path) => {
  const short = bare(textOf(path, 'dirname')), place = short.lastIndexOf('/');
  if (place < 0) return short === '' && path !== '' ? '/' : '.';
  return place === 0 ? '/' : bare(short.slice(0, place)) || '/';
};
const extname = (path) => {
  const name = basename(textOf(path, 'extname')), place = name.lastIndexOf('.');
  return place > 0 && name !== '..' ? name.slice(place) : '';
};
const isAbsolute = (path) => textOf(path, 'isAbsolute')[0] === '/';
const relative = (from, to) => {
  const a = resolve(textOf(from, 'relative')).split('/'), b = resolve(textOf(to, 'relative')).split('/');
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  const up = a.slice(same).filter((part) => part !== '.').map(() => '..');
  return [...up, ...b.slice(same).filter((part) => part !== '.')].join('/');
};
const parse = (path) => {
  const base = basename(path), ext = extname(path), root = isAbsolute(path) ? '/' : '', dir = dirname(path);
  return { root, dir: dir === '.' && !path.startsWith('.') ? '' : dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
};
const format = ({ dir, root = '', base, name = '', ext = '' }) => {
  const last = base ?? name + (ext && ext[0] !== '.' ? '.' : '') + ext;
  return dir ? (dir === root ? dir : dir + '/') + last : root + last;
};

const path = { sep: '/', delimiter: ':', normalize, join, resolve, basename, dirname, extname, isAbsolute, relative, parse, format };
path.posix = path;
modules.path = modules['path/posix'] = path;

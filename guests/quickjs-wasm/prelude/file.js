// util.readFile, and node's fs: files that are granted, and texts beside the spell.
// After: encoding, names, operation.
const { read: besideSpell, builtins } = raw.module;
const granted = raw.file;
const { decode } = raw.encoding;
const { method, namespace, raise, word, typeName, toBytes, messages: say } = guest;
const { apply } = Reflect;
const { toLowerCase } = String.prototype;
const laterOn = queueMicrotask;
const View = Uint8Array, isView = ArrayBuffer.isView, OwnDate = Date;

const pathOf = (path, what) => word(path) ?? raise(say.takes_text(what, 'a path', typeName(path)));

// What is granted comes first, and then what lies beside the spell.
const readBytes = (path) => {
  if (!granted.covers(path, false)) return undefined;
  try {
    return granted.read(path);
  } catch (failure) {
    if (failure.code !== 'not-found') throw failure;
    try {
      return besideSpell(path);
    } catch {
      throw failure;
    }
  }
};
const textOf = (bytes, path) => {
  if (typeof bytes === 'string') return bytes;
  const found = decode(bytes, true, false);
  return found ? found[0] : raise("'" + path + "' is no text in UTF-8: {encoding: 'buffer'} reads bytes");
};
const readText = (path, what) => {
  path = pathOf(path, what);
  const bytes = readBytes(path);
  if (bytes !== undefined) return textOf(bytes, path);
  const text = besideSpell(path);
  if (typeof text !== 'string') throw text;
  return text;
};
method(util, 'read_file', (path) => readText(path, 'util.readFile'));

const encodingOf = (options) => {
  const encoding = typeof options === 'object' ? options?.encoding : options;
  return typeof encoding === 'string' ? apply(toLowerCase, encoding, []) : encoding;
};
// Node gives bytes where no encoding is named. Here it is a text in any case but "buffer".
const readFile = (path, options) => {
  const name = encodingOf(options);
  if (name === 'buffer') {
    path = pathOf(path, 'fs.readFile');
    const bytes = readBytes(path) ?? readText(path, 'fs.readFile');
    return typeof bytes === 'string' ? toBytes(bytes) : bytes;
  }
  if (name !== undefined && name !== null && name !== 'utf8' && name !== 'utf-8') raise("fs.readFile reads texts in utf8 and bytes as 'buffer', not in " + guest.show([options]));
  return readText(path, 'fs.readFile');
};

const bytesOf = (data, what) => {
  if (isView(data)) return new View(data.buffer, data.byteOffset, data.byteLength);
  const text = word(data);
  return text === undefined || text === null ? raise(what + ' writes a text or bytes, not a ' + typeName(data)) : toBytes(text);
};
const inUtf8 = (options, what) => {
  const name = encodingOf(options);
  if (name !== undefined && name !== null && name !== 'utf8' && name !== 'utf-8') raise(what + ' writes texts in utf8, not in ' + guest.show([options]));
};
const appendFile = (path, data, options) => {
  inUtf8(options, 'fs.appendFile');
  granted.append(pathOf(path, 'fs.appendFile'), bytesOf(data, 'fs.appendFile'));
};
const writeFile = (path, data, options) => {
  const flag = typeof options === 'object' ? options?.flag ?? 'w' : 'w';
  inUtf8(options, 'fs.writeFile');
  if (flag === 'a') return appendFile(path, data);
  if (flag !== 'w') raise("fs.writeFile knows the flags 'w' and 'a', not " + guest.show([flag]));
  granted.write(pathOf(path, 'fs.writeFile'), bytesOf(data, 'fs.writeFile'));
};

// Of node's Stats what there is to be known here.
class Stats {
  constructor(about) {
    this.type = about.type;
    this.size = about.size;
    this.mtimeMs = (about.modified ?? 0) * 1000;
    this.mtime = new OwnDate(this.mtimeMs);
  }
  isFile() { return this.type === 'file'; }
  isDirectory() { return this.type === 'directory'; }
  isSymbolicLink() { return this.type === 'symlink'; }
}
const stat = (path) => new Stats(granted.metadata(pathOf(path, 'fs.stat')));
const exists = (path) => {
  path = pathOf(path, 'fs.exists');
  try {
    if (granted.covers(path, false)) return !!granted.metadata(path);
  } catch (failure) {
    if (failure.code === undefined) throw failure;
  }
  try {
    return typeof besideSpell(path) === 'string';
  } catch (failure) {
    if (failure.code === undefined) throw failure;
    return false;
  }
};

const constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };
const access = (path, mode = constants.F_OK) => {
  stat(path);
  if (mode & constants.X_OK) raise('fs.access: nothing can be executed here');
  if (mode & constants.W_OK && !granted.covers(path, true)) raise("fs.access: writing to '" + path + "' is not granted: --allow-write grants it");
};

const PAGE = 1000;
// All entries, page by page.
const readdir = (path, options) => {
  path = pathOf(path, 'fs.readdir');
  const found = [];
  for (let after; ;) {
    const { entries, next } = granted.list(path, after, PAGE);
    for (let i = 0; i < entries.length; i++) {
      const { name, type } = entries[i];
      found[found.length] = options?.withFileTypes ? Object.assign(new Stats(entries[i]), { name, parentPath: path, type }) : name;
    }
    if (next === undefined) return found;
    after = next;
  }
};
const mkdir = (path, options) => {
  path = pathOf(path, 'fs.mkdir');
  const made = granted.makeFolder(path);
  if (!made && !options?.recursive) raise("fs.mkdir: '" + path + "' is there already");
};
const remove = (path, all, what) => void granted.remove(pathOf(path, what), all);
const rm = (path, options) => {
  try {
    remove(path, !!options?.recursive, 'fs.rm');
  } catch (failure) {
    if (failure.code !== 'not-found' || !options?.force) throw failure;
  }
};

const all = {
  readFile, writeFile, appendFile, stat, lstat: stat, readdir, mkdir, rm,
  access,
  unlink: (path) => remove(path, false, 'fs.unlink'),
  rmdir: (path, options) => remove(path, !!options?.recursive, 'fs.rmdir'),
  rename: (from, to) => void granted.rename(pathOf(from, 'fs.rename'), pathOf(to, 'fs.rename')),
  copyFile: (from, to) => void granted.copy(pathOf(from, 'fs.copyFile'), pathOf(to, 'fs.copyFile')),
};

const missing = (key) => raise('fs.' + key + ': ' + say.no_such_file());
// What people take along with what they need: an error where it is called.
const refusing = (members, names) => {
  for (let i = 0; i < names.length; i++) members[names[i]] = () => missing(names[i]);
  return members;
};
const later = { constants }, functions = { constants, existsSync: exists };
for (const [name, now] of Object.entries(all)) {
  later[name] = async (...given) => now(...given);
  functions[name + 'Sync'] = now;
  functions[name] = (...given) => {
    const callback = given[given.length - 1];
    if (typeof callback !== 'function') return later[name](...given);
    given.length--;
    later[name](...given).then((found) => laterOn(() => callback(null, found)), (failure) => laterOn(() => callback(failure)));
  };
}
functions.promises = namespace(refusing(later, ['open', 'watch']), 'fs', missing);
const fs = namespace(refusing(functions, ['open', 'openSync', 'createReadStream', 'createWriteStream', 'watch']), 'fs', missing);

guest.modules = { __proto__: null, fs, 'fs/promises': functions.promises };
builtins(guest.modules);

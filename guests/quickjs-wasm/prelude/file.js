// util.readFile, and of node's fs what reads texts: those beside the spell.
// After: encoding, names, operation.
const { read, builtins } = raw.module;
const { define, method, namespace, raise, word, typeName, messages: say } = guest;
const { apply } = Reflect;
const { toLowerCase } = String.prototype;
const laterOn = queueMicrotask;

const readText = (path, what) => {
  const text = read(word(path) ?? raise(say.takes_text(what, 'a path', typeName(path))));
  if (typeof text !== 'string') throw text;
  return text;
};
method(util, 'read_file', (path) => readText(path, 'util.readFile'));

// Node gives bytes where no encoding is named. Here it is a text in any case.
const readUtf8 = (path, options, what) => {
  const encoding = typeof options === 'object' ? options?.encoding : options;
  const name = typeof encoding === 'string' ? apply(toLowerCase, encoding, []) : encoding;
  if (name !== undefined && name !== null && name !== 'utf8' && name !== 'utf-8') raise(what + ' reads texts in utf8, not in ' + guest.show([encoding]));
  return readText(path, what);
};
const readLater = async (path, options) => readUtf8(path, options, 'fs.readFile');
const exists = (path) => {
  try {
    readText(path, 'fs.existsSync');
    return true;
  } catch (failure) {
    if (failure.code === undefined) throw failure;
    return false;
  }
};
const onlyReads = (key) => raise('fs.' + key + ': ' + say.only_reads());
// What people take along with what they need: an error where it is called.
const refusing = (members, names, ending) => {
  for (let i = 0; i < names.length; i++) members[names[i] + ending] = () => onlyReads(names[i] + ending);
  return members;
};
const others = ['writeFile', 'appendFile', 'readdir', 'stat', 'lstat', 'access', 'mkdir', 'rmdir', 'rm', 'unlink', 'rename', 'copyFile', 'open'];
const promises = namespace(refusing({ readFile: readLater }, others, ''), 'fs', onlyReads);
const fs = namespace(refusing(refusing(refusing({
  readFileSync: (path, options) => readUtf8(path, options, 'fs.readFileSync'),
  readFile: (path, options, callback) => {
    if (typeof options === 'function') [options, callback] = [undefined, options];
    const text = readLater(path, options);
    if (typeof callback !== 'function') return text;
    text.then((found) => laterOn(() => callback(null, found)), (failure) => laterOn(() => callback(failure)));
  },
  existsSync: exists,
  promises,
}, others, 'Sync'), others, ''), ['createReadStream', 'createWriteStream', 'watch'], ''), 'fs', onlyReads);

guest.modules = { __proto__: null, fs, 'fs/promises': promises };
builtins(guest.modules);

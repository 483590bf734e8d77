// Artifact: documents of any size with a name, in a session or outside of any. Each function gives a promise.
// After: encoding, session.
const { store, begin, append, finish, discard, find, read, list, delete: remove, storeFile, getToFile } = raw.artifact;
const { decode } = raw.encoding;
const { raise, word, put, add, empty, define, namespace, typeName, storedOptions, toBytes, messages: say } = guest;
const { artifact: alias, artifact_options: same } = guest.aliases;
const { artifact_options: stored, artifact_list: listed, artifact_reference: references } = guest.sets;
const { artifact_metadata: counted } = guest.lists;
const { getOwnPropertyNames } = Object;
const { stringify } = JSON;
const { apply } = Reflect;
const { test } = RegExp.prototype;
const View = Uint8Array, isView = ArrayBuffer.isView, { set } = Uint8Array.prototype;
const asyncIterator = Symbol.asyncIterator;
const OwnString = String;

const members = { __proto__: null };

const isNothing = (value) => value === undefined || value === null;

// A session's id; undefined and "" stand for the current one.
const sessionOf = (session, what) => {
  if (typeName(session) === 'object') session = session.id;
  if (isNothing(session) || session === '') return undefined;
  return word(session) ?? raise(say.takes_text(what, "a session's id", typeName(session)));
};

// Which artifact: its name, its number, or what Artifact.store and Artifact.list give.
const referenceOf = (given, what) => {
  const name = word(given), all = empty();
  if (!isNothing(name)) {
    all.name = name;
    return all;
  }
  if (typeof given === 'number' || typeof given === 'bigint') {
    all.sequence = given;
    return all;
  }
  if (typeName(given) !== 'object') raise(say.no_artifact(what, typeName(given)));
  for (let i = 0, names = getOwnPropertyNames(references); i < names.length; i++) if (!isNothing(given[names[i]])) all[names[i]] = given[names[i]];
  if (all.sequence !== undefined) all.name = all.version = undefined;
  if (all.sequence === undefined && all.name === undefined) raise(say.no_artifact(what, 'table'));
  return all;
};

// (session, id) or (id): then the session is the one that the id names, or the current one.
const place = (what, given) =>
  given.length < 2 ? { session: undefined, id: referenceOf(given[0], what) } : { session: sessionOf(given[0], what), id: referenceOf(given[1], what) };

const inWords = (options, what) => {
  const given = storedOptions(options, what, stored), all = empty();
  for (let i = 0, names = getOwnPropertyNames(given); i < names.length; i++) {
    const own = same[names[i]] ?? names[i];
    if (all[own] !== undefined) raise(say.given_twice(what, own));
    all[own] = given[names[i]];
  }
  return all;
};

// The content as bytes. An object is stored as JSON.
const bytesOf = (content, options, what) => {
  if (isView(content)) return new View(content.buffer, content.byteOffset, content.byteLength);
  const text = word(content);
  if (!isNothing(text)) return toBytes(text);
  if (typeof content === 'number') return toBytes(OwnString(content));
  if (typeof content !== 'object' || content === null) raise(say.no_content(what, typeName(content)));
  options.mime_type ??= 'application/json';
  return toBytes(stringify(content));
};

// What else is said of an artifact: metadata, in which tags, mime_type and the time that it stays count as such.
const withMetadata = (options, metadata, what) => {
  if (isNothing(metadata)) return options;
  if (typeName(metadata) !== 'object') raise(say.no_options(what, typeName(metadata)));
  options.metadata = metadata;
  for (let i = 0; i < counted.length; i++) if (metadata[counted[i]] !== undefined) options[counted[i]] = metadata[counted[i]];
  return options;
};

// (session, type, name, content, metadata), or ({name, content, session_id, type, ...}): all that is known of it.
members.store = async (session, type, name, content, metadata) => {
  const what = 'Artifact.store';
  let options;
  if (typeName(session) === 'object' && session.content !== undefined) {
    const given = { __proto__: null, ...session };
    content = given.content;
    given.content = undefined;
    options = inWords(given, what);
    session = options.session_id;
    options.session_id = undefined;
  } else options = inWords(withMetadata({ type: type ?? undefined, name }, metadata, what), what);
  const bytes = bytesOf(content, options, what);
  return store(sessionOf(session, what), options, bytes);
};

// (session, path, type, metadata): a file that is granted, whatever its size.
members.store_file = async (session, path, type, metadata) => {
  const what = 'Artifact.store_file', own = word(path) ?? raise(say.takes_text(what, '(session, path, type, metadata): the path', typeName(path)));
  const options = withMetadata({ type: type ?? undefined }, metadata, what);
  if (metadata?.name !== undefined) options.name = metadata.name;
  return storeFile(sessionOf(session, what), own, inWords(options, what));
};

// All that is known of it, or undefined.
const look = ({ session, id }) => find(session, id) ?? undefined;
members.info = async (...given) => look(place('Artifact.info', given));
members.exists = async (...given) => look(place('Artifact.exists', given)) !== undefined;

const PIECE = 1048576; // bytes

// The pieces of a content, one after the other.
const piecesOf = (found, size) => {
  let at = 0;
  return () => {
    if (at >= found.size && (at > 0 || found.size === 0)) return undefined;
    const piece = read(found.session_id, { __proto__: null, sequence: found.sequence, content_hash: found.content_hash }, at, size);
    at += piece.length;
    return piece;
  };
};

const isText = /^text\/|^application\/(json|xml|javascript|x-yaml|yaml|toml|sql)|\+(json|xml)/;

// The same with its `content`: a text where it is one by its MIME type, and else bytes; or undefined. {encoding: 'buffer'} gives
// bytes in any case.
members.get = async (...given) => {
  const options = given.length > 2 ? given[2] : undefined;
  const found = look(place('Artifact.get', given));
  if (found === undefined) return undefined;
  const all = new View(found.size), next = piecesOf(found, PIECE);
  for (let at = 0, piece; (piece = next()) !== undefined; at += piece.length) apply(set, all, [piece, at]);
  const text = options?.encoding !== 'buffer' && apply(test, isText, [found.mime_type]) ? decode(all, true, false) : undefined;
  put(found, 'content', text ? text[0] : all);
  return found;
};

// Its content piece by piece, as bytes, for `for await`: (session, id, bytes of a piece) or (id).
members.reader = (...given) => {
  const found = look(place('Artifact.reader', given)) ?? raise(say.artifact_missing('Artifact.reader'));
  const next = piecesOf(found, given[2] ?? PIECE);
  return {
    async next() {
      const value = next();
      return { value, done: value === undefined };
    },
    [asyncIterator]() { return this; },
  };
};

// (session, id, path): writes the content to a file that is granted.
members.get_to_file = async (session, id, path) => {
  const what = 'Artifact.get_to_file', own = word(path) ?? raise(say.takes_text(what, '(session, id, path): the path', typeName(path)));
  const at = place(what, [session, id]);
  return getToFile(at.session, at.id, own);
};

members.delete = async (...given) => {
  const at = place('Artifact.delete', given);
  return remove(at.session, at.id);
};

// A page: {artifacts, next}. `query`: session_id, name, name_pattern, type, mime_type, tags, created_after, created_before,
// min_size, max_size, limit, after.
const queryOf = (query, what) => {
  const all = storedOptions(query, what, listed);
  if (isNothing(all.session_id) || all.session_id === '') all.session_id = undefined;
  return all;
};
members.page = async (query) => list(queryOf(query, 'Artifact.page'));
// All that fit, or as many as `limit` says.
const allOf = (all) => {
  const found = [];
  for (let left = all.limit; ;) {
    const page = list(all);
    for (let i = 0; i < page.artifacts.length; i++) add(found, page.artifacts[i]);
    if (left !== undefined) all.limit = left -= page.artifacts.length;
    if (page.next === undefined || left <= 0) return found;
    all.after = page.next;
  }
};
members.query = async (query) => allOf(queryOf(query, 'Artifact.query'));
// Those of a session, or of the current one.
members.list = async (session) => {
  if (typeName(session) === 'object' && session.id === undefined) return members.query(session);
  return allOf({ __proto__: null, session_id: sessionOf(session, 'Artifact.list') });
};
// (session, name) or (name): the newest first.
members.versions = async (...given) => {
  const { session, id } = place('Artifact.versions', given);
  if (id.name === undefined) raise(say.takes_text('Artifact.versions', '(session, name): the name', 'number'));
  return allOf({ __proto__: null, session_id: session ?? id.session_id, name: id.name });
};

// (session, type, name, metadata): what is written goes to the store piece by piece.
members.writer = async (session, type, name, metadata) => {
  const options = inWords(withMetadata({ type: type ?? undefined, name }, metadata, 'Artifact.writer'), 'Artifact.writer');
  let number = begin(sessionOf(session, 'Artifact.writer'), options);
  const open = (what) => number ?? raise(what + ": the artifact's writer is closed");
  const writer = namespace({
    __proto__: null,
    async write(piece) {
      append(open('write'), bytesOf(piece, {}, "an artifact's writer"));
      return writer;
    },
    // All that is known of the artifact, which is there from here on.
    async close() {
      const own = open('close');
      number = undefined;
      return finish(own);
    },
    // Nothing is stored.
    async cancel() {
      const own = number;
      number = undefined;
      return own !== undefined && discard(own);
    },
  }, "an artifact's writer");
  return writer;
};

for (const name of getOwnPropertyNames(alias)) members[name] = members[alias[name]];
define(globalThis, 'Artifact', namespace(members, 'Artifact'));

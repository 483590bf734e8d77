// RAG: collections of documents that are found by their words and by vectors. Each function gives a promise.
// After: names, provider.
const { create, ingest, search, delete: removeSome, stats, list, remove, rebuild } = raw.rag;
const { providers } = raw.agent;
const { drive, raise, word, put, add, empty, snake, typeName, nearest, define, namespace, messages: say } = guest;
const { rag: same, rag_settings: ofSettings, rag_chunking: ofChunking, rag_document: ofDocument, rag_search: ofSearch } = guest.aliases;
const { rag_place: places, rag_settings: settings, rag_idle: idle } = guest.sets;
const { getOwnPropertyNames } = Object;
const { isArray } = Array;
const { apply } = Reflect;
const { includes, startsWith, slice } = String.prototype;

const members = { __proto__: null };
let defaults = empty(); // what RAG.configure sets

// The fields of an object, in the host's words.
const fields = (given, what, known) => {
  const all = empty();
  if (given === undefined || given === null) return all;
  if (typeName(given) !== 'object') raise(say.takes_table(what, typeName(given)));
  const own = { __proto__: null, ...given };
  for (let i = 0, keys = getOwnPropertyNames(own); i < keys.length; i++) {
    if (own[keys[i]] === undefined) continue;
    let key = snake(keys[i]);
    key = known[key] ?? key;
    if (all[key] !== undefined) raise(say.given_twice(what, key));
    all[key] = own[keys[i]];
  }
  return all;
};

const nameOf = (name, what, which) => word(typeof name === 'number' ? '' + name : name) ?? raise(say.takes_text(what, which, typeName(name)));

const tenantOf = (name, what) => {
  const known = nameOf(name, what, "a tenant's name");
  return apply(startsWith, known, ['tenant:']) && known.length > 7 ? known : 'tenant:' + known;
};

// "default", a collection's name, "scope:id", or below "tenant:NAME/".
const placeIn = (all, what) => {
  const { tenant_id: tenant, scope: given, scope_id: id, collection } = all;
  delete all.tenant_id;
  delete all.scope;
  delete all.scope_id;
  delete all.collection;
  let name = collection === undefined ? undefined : nameOf(collection, what, "a collection's name");
  if (given !== undefined && given !== 'global') {
    let scope = nameOf(given, what, 'a scope');
    if (id !== undefined) scope += ':' + nameOf(id, what, "a scope's id");
    name = name === undefined ? scope : scope + '/' + name;
  }
  if (tenant === undefined) return name ?? 'default';
  return name === undefined ? tenantOf(tenant, what) : tenantOf(tenant, what) + '/' + name;
};

const isMissing = (value) => value === undefined || value === null;
const known = new WeakMap(); // the collections that RAG.create gave
const { get: getKnown, set: setKnown } = WeakMap.prototype;

// What RAG.configure set, field by field, where nothing else is said.
const withDefaults = (all) => {
  for (let i = 0, names = getOwnPropertyNames(defaults); i < names.length; i++) all[names[i]] ??= defaults[names[i]];
  return all;
};

// (scope, id), (name) or {tenant_id, scope, scope_id, collection}.
const placeOf = (given, id, what) => {
  if (isMissing(given)) return placeIn(withDefaults(empty()), what);
  if (typeName(given) === 'object') return apply(getKnown, known, [given]) ?? placeIn(withDefaults(fields(given, what, ofSettings)), what);
  if (!isMissing(id)) return placeIn({ __proto__: null, scope: given, scope_id: id }, what);
  const name = nameOf(given, what, "a collection's name");
  return name === 'global' ? 'default' : name;
};

const hasSlash = (name, what) => apply(includes, nameOf(name, what, "a model's name"), ['/']);

// What of these is a setting of the collection.
const settingsIn = (all, what) => {
  const storage = fields(all.vector_storage, what + ': vector_storage', ofSettings), provider = all.embedding_provider;
  delete all.vector_storage;
  delete all.embedding_provider;
  for (let i = 0, names = getOwnPropertyNames(storage); i < names.length; i++) if (!(names[i] in idle)) all[names[i]] ??= storage[names[i]];
  if (provider !== undefined && all.model === undefined) all.model = provider;
  else if (provider !== undefined && !hasSlash(all.model, what)) all.model = nameOf(provider, what, "a provider's name") + '/' + word(all.model);
  const own = empty();
  for (let i = 0, names = getOwnPropertyNames(all); i < names.length; i++) {
    if (names[i] in settings) own[names[i]] = all[names[i]];
    if (names[i] in settings || names[i] in idle) delete all[names[i]];
  }
  if (own.model !== undefined && own.model !== 'none' && own.model !== 'lexical' && !hasSlash(own.model, what)) raise(say.no_vector_model(what, word(own.model)));
  if (own.chunking !== undefined) own.chunking = fields(own.chunking, what + ': chunking', ofChunking);
  return own;
};

const endOf = (all, what) => {
  const names = getOwnPropertyNames(all);
  if (names.length) raise(say.no_option(what, apply(slice, names[0], [0, 60]), nearest(apply(slice, names[0], [0, 60]), settings)));
};

// A collection with its methods.
const instance = (about) => {
  const all = namespace(own, 'a collection');
  for (let i = 0, names = getOwnPropertyNames(about); i < names.length; i++) put(all, names[i] === 'search' ? 'search_mode' : names[i], about[names[i]]); // `search` is a method
  apply(setKnown, known, [all, about.collection]);
  return all;
};

// The collection of this very name, whatever RAG.configure says.
guest.collection = (name) => instance({ __proto__: null, collection: name });

// {collection or tenant_id or scope and scope_id, model or embedding_provider, chunking, metric, ...}: the collection, with its
// methods.
members.create = async (given) => {
  const what = 'RAG.create', all = withDefaults(fields(given, what, ofSettings)), collection = placeIn(all, what);
  const wanted = settingsIn(all, what);
  endOf(all, what);
  return instance(await drive(create(collection, wanted)));
};

const documentOf = (given, what) => {
  if (word(given) !== undefined) return { __proto__: null, text: word(given) };
  const one = fields(given, what, ofDocument);
  if (one.url !== undefined) raise(what + ': ' + say.no_addresses());
  if (typeName(one.metadata) === 'object') one.id ??= one.metadata.document_id ?? one.metadata.id;
  if (!isMissing(one.id)) one.id = nameOf(one.id, what, 'an id');
  return one;
};

const documentsOf = (given, what) => {
  const all = guest.list();
  if (isArray(given)) for (let i = 0; i < given.length; i++) add(all, documentOf(given[i], what + ': document ' + (i + 1)));
  else if (word(given) !== undefined || typeName(given) === 'object') add(all, documentOf(given, what));
  else raise(say.takes_documents(what, typeName(given)));
  return all;
};

const ingestInto = async (collection, given, wanted, what, progress) => {
  if (!isMissing(progress) && typeof progress !== 'function') raise(say.takes_function(what + ': on_progress', typeName(progress)));
  const operation = ingest(collection, documentsOf(given, what), wanted);
  let done;
  if (isMissing(progress)) done = await drive(operation);
  else for await (const step of guest.stream(operation, undefined, (last) => (done = last))) progress(step);
  put(done, 'success', true);
  const names = { __proto__: null, documents_processed: 'documents', total_tokens: 'tokens', vectors_created: 'vectors', vectors_indexed: 'vectors', chunks_created: 'chunks' };
  for (const name in names) put(done, name, done[names[name]]);
  return done;
};

const ingestWith = (given, options, what) => {
  const all = withDefaults(fields(options, what, ofSettings)), progress = all.on_progress;
  delete all.on_progress;
  const collection = placeIn(all, what), wanted = settingsIn(all, what);
  endOf(all, what);
  return ingestInto(collection, given, wanted, what, progress);
};

// A text, a document {id, text or file, metadata}, or a list of these.
members.ingest = async (given, options) => ingestWith(given, options, 'RAG.ingest');
// As `ingest`, into a tenant's collection.
members.ingest_documents = async (tenant, given, options) => {
  const all = fields(options, 'RAG.ingest_documents', ofSettings);
  all.tenant_id = tenant;
  return ingestWith(given, all, 'RAG.ingest_documents');
};
members.ingest_file = async (path, options) =>
  ingestWith({ __proto__: null, file: nameOf(path, 'RAG.ingest_file', 'a path') }, options, 'RAG.ingest_file');

// {success, total, results: [{id, text, score, metadata, ...}], search, notes}
const searchIn = async (collection, query, all, what, note) => {
  const words = nameOf(query, what, 'a query');
  delete all.query;
  const found = await drive(search(collection, words, all));
  for (let i = 0; i < found.results.length; i++) put(found.results[i], 'content', found.results[i].text);
  if (note !== undefined) {
    if (found.notes === undefined) put(found, 'notes', []);
    add(found.notes, note);
  }
  put(found, 'success', true);
  return found;
};

// (query, options) or ({query, ...}).
const asked = (query, options, what) => {
  const given = typeName(query) === 'object' ? fields(query, what, ofSearch) : { __proto__: null, query };
  return { __proto__: null, ...given, ...fields(options, what, ofSearch) };
};

const placeAsked = (all, what) => {
  const at = empty();
  for (const name in places) {
    const to = ofSettings[name] ?? name;
    if (!isMissing(all[name])) at[to] ??= all[name];
    delete all[name];
  }
  return placeIn(withDefaults(at), what);
};

members.search = async (query, options) => {
  const all = asked(query, options, 'RAG.search');
  return searchIn(placeAsked(all, 'RAG.search'), all.query, all, 'RAG.search');
};

const withChunks = (found) => {
  put(found, 'chunks', found.results);
  return found;
};

// As `search`, in a tenant's or another collection; the results are `chunks` as well.
members.retrieve = async (where, query, options) => {
  const all = asked(query, options, 'RAG.retrieve');
  return withChunks(await searchIn(placeOf(where, undefined, 'RAG.retrieve'), all.query, all, 'RAG.retrieve'));
};

// As `retrieve`, with what was said before: `turns`, of which the last `conversation_memory_turns` count.
members.retrieve_with_context = async (where, session, query, options) => {
  const what = 'RAG.retrieve_with_context', all = asked(query, options, what), { turns, conversation_memory_turns: most } = all;
  delete all.conversation_memory_turns;
  if (isMissing(turns)) return withChunks(await searchIn(placeOf(where, undefined, what), all.query, all, what, say.no_turns()));
  if (!isArray(turns)) raise(what + ': turns must be a list of texts, not a ' + typeName(turns));
  all.turns = guest.list();
  const first = typeof most === 'number' && most < turns.length ? turns.length - most : 0;
  for (let i = first; i < turns.length; i++)
    add(all.turns, nameOf(typeName(turns[i]) === 'object' ? turns[i].content ?? turns[i].text : turns[i], what, 'a turn'));
  return withChunks(await searchIn(placeOf(where, undefined, what), all.query, all, what));
};

const withNames = (about) => {
  put(about, 'storage_size_mb', about.text_bytes / 1048576);
  put(about, 'avg_retrieval_time', about.average_search_ms);
  put(about, 'total_documents', about.document_count);
  put(about, 'total_vectors', isMissing(about.model) ? 0 : about.chunk_count);
  return about;
};
members.get_stats = async (where, id) => withNames(await drive(stats(placeOf(where, id, 'RAG.get_stats'))));

// Ids, {document_ids} or {filter}: {deleted, missing}
const which = (given, what) => {
  if (word(given) !== undefined) given = [given];
  return isArray(given) ? { __proto__: null, ids: given } : fields(given, what, ofSearch);
};
members.delete_documents = async (where, given) =>
  drive(removeSome(placeOf(where, undefined, 'RAG.delete_documents'), which(given, 'RAG.delete_documents')));
members.delete = async (given, options) =>
  drive(removeSome(placeIn(withDefaults(fields(options, 'RAG.delete', ofSettings)), 'RAG.delete'), which(given, 'RAG.delete')));

// How many documents there were.
members.cleanup_tenant = async (tenant) => (await drive(remove(tenantOf(tenant, 'RAG.cleanup_tenant'), true))).documents;
members.cleanup_scope = async (scope, id) => (await drive(remove(placeOf(scope, id, 'RAG.cleanup_scope'), true))).documents;
members.cleanup = async (where) => (await drive(remove(placeOf(where, undefined, 'RAG.cleanup'), false))).documents;

members.list_collections = async (prefix) => drive(list(isMissing(prefix) ? '' : nameOf(prefix, 'RAG.list_collections', 'the beginning of names')));

// What can give vectors, and "lexical", which needs none: [{name, available}]
members.list_providers = async () => {
  const all = [{ name: 'lexical', available: true }], there = providers();
  for (let i = 0; i < there.length; i++) if (there[i].capabilities.embeddings) add(all, { name: there[i].name, available: true });
  return all;
};

// Other settings for a collection that is there: everything is cut and embedded anew.
members.rebuild = async (where, given) => {
  const all = fields(given, 'RAG.rebuild', ofSettings), wanted = settingsIn(all, 'RAG.rebuild');
  endOf(all, 'RAG.rebuild');
  return instance(await drive(rebuild(placeOf(where, undefined, 'RAG.rebuild'), wanted)));
};

// What later calls take where they say nothing else.
members.configure = async (given) => {
  const all = fields(given, 'RAG.configure', ofSettings);
  for (let i = 0, names = getOwnPropertyNames(all); i < names.length; i++) {
    const name = names[i];
    if (!(name in settings) && !(name in places) && !(name in idle)) raise(say.no_option('RAG.configure', apply(slice, name, [0, 60]), nearest(apply(slice, name, [0, 60]), settings)));
  }
  defaults = all;
  return true;
};

// What is acknowledged is kept already.
members.save = async () => true;

const session = async (id, ttl, what) => {
  if (!isMissing(ttl)) raise(what + ': ' + say.no_expiry());
  return instance(await drive(create(placeIn({ __proto__: null, scope: 'session', scope_id: id }, what), empty())));
};
members.create_session_collection = async (id, ttl) => session(id, ttl, 'RAG.create_session_collection');
members.configure_session = async (given) => {
  const all = fields(given, 'RAG.configure_session', ofSettings);
  return session(all.session_id, all.vector_ttl, 'RAG.configure_session');
};

for (const name of getOwnPropertyNames(same)) members[name] = members[same[name]];

// Methods of what RAG.create gives.
const collectionOf = (self, what) =>
  (typeName(self) === 'object' && apply(getKnown, known, [self])) || raise(what + ': call it on a collection, as rag.' + apply(slice, what, [4]) + '()');
const own = {
  __proto__: null,
  async ingest(given, options) { return ingestInto(collectionOf(this, 'rag.ingest'), given, empty(), 'rag.ingest', fields(options, 'rag.ingest', ofSettings).on_progress); },
  async ingest_file(path) { return ingestInto(collectionOf(this, 'rag.ingest_file'), { __proto__: null, file: nameOf(path, 'rag.ingest_file', 'a path') }, empty(), 'rag.ingest_file'); },
  async search(query, options) {
    const all = asked(query, options, 'rag.search');
    return searchIn(collectionOf(this, 'rag.search'), all.query, all, 'rag.search');
  },
  async retrieve(query, options) {
    const all = asked(query, options, 'rag.retrieve');
    return withChunks(await searchIn(collectionOf(this, 'rag.retrieve'), all.query, all, 'rag.retrieve'));
  },
  async get_stats() { return withNames(await drive(stats(collectionOf(this, 'rag.get_stats')))); },
  async delete(given) { return drive(removeSome(collectionOf(this, 'rag.delete'), which(given, 'rag.delete'))); },
  async rebuild(given) { return members.rebuild(collectionOf(this, 'rag.rebuild'), given); },
  async cleanup() { return (await drive(remove(collectionOf(this, 'rag.cleanup'), false))).documents; },
};
own.stats = own.get_stats;
own.delete_documents = own.delete;
own.ingest_documents = own.ingest;

define(globalThis, 'RAG', namespace(members, 'RAG'));

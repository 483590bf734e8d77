// Memory.semantic: what is known, found by its words and, where the collection has a model, by its meaning. It is a collection of
// RAG named "memory". Memory.stats.
// After: memory, rag.
const { recall } = raw.memory;
const { raise, word, typeName, method, messages: say, memorySemantic: semantic, contextSources: sources } = guest;
const { search, list_collections: collections } = RAG;
const { list: sessions } = Session;

const COLLECTION = 'memory', known = guest.collection(COLLECTION);
const isThere = async () => {
  const all = await collections(COLLECTION);
  for (let i = 0; i < all.length; i++) if ((all[i].collection ?? all[i]) === COLLECTION) return true;
  return false;
};

// (text, metadata) or {text or content, metadata, id}: its id.
const add = async (given, metadata) => {
  let document;
  if (word(given) !== undefined) document = { text: word(given), metadata };
  else if (typeName(given) === 'object') document = { text: word(given.text) ?? word(given.content), metadata: given.metadata ?? metadata, id: given.id };
  if (document?.text === undefined) raise(say.takes_text('Memory.semantic.add', '(text, metadata): the text', typeName(given)));
  const done = await known.ingest(document);
  return done.ids?.[0] ?? true;
};
// (text, limit or options of RAG.search): [{id, content, score, metadata}], the best first.
const query = async (text, options) => {
  const all = typeof options === 'number' ? { limit: options } : { ...options };
  const wanted = word(text) ?? raise(say.takes_text('Memory.semantic.query', '(text, limit): the text', typeName(text)));
  if (!(await isThere())) return [];
  return (await known.search(wanted, all)).results;
};
// An id or a list of them: {deleted, missing}.
const forget = async (ids) => known.delete(ids);

method(semantic, 'add', add);
method(semantic, 'query', query);
method(semantic, 'search', query);
method(semantic, 'forget', forget);
method(semantic, 'delete', forget);

sources.semantic = query;
sources.rag = async (wanted, limit) => (await search(wanted, { limit })).results;

const MOST = 100; // pages of a session, and sessions, that are counted: of more, `truncated` says so

const count = (session) => {
  let found = 0, after = 0;
  for (let page = 0; page < MOST; page++) {
    const { entries } = recall(session, { __proto__: null, after, limit: 100 });
    found += entries.length;
    if (entries.length < 100) return { found, cut: false };
    after = entries[entries.length - 1].number;
  }
  return { found, cut: true };
};

// How much there is: of the memory that belongs to no session, and of each session.
const stats = async () => {
  let { found: episodic_count, cut: truncated } = count(undefined), sessions_with_unprocessed = 0;
  const all = await sessions({ limit: MOST });
  truncated ||= all.length === MOST;
  for (let i = 0; i < all.length; i++) {
    const own = count(all[i].id);
    episodic_count += own.found;
    truncated ||= own.cut;
    if (own.found > 20) sessions_with_unprocessed++;
  }
  const semantic_count = (await isThere()) ? (await known.get_stats()).document_count : 0;
  return { episodic_count, semantic_count, sessions_with_unprocessed, truncated, has_episodic: true, has_semantic: true, has_consolidation: true };
};
method(Memory, 'stats', stats);
method(Memory, 'get_stats', stats);

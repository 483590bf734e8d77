// Memory: what was said, kept beyond the run. Context: what of it fits into a prompt. Each function gives a promise.
// After: llm, session.
const { countTokens } = raw.agent;
const { complete } = llm;
const { add: addRaw, recall, consolidate, forget } = raw.memory;
const { raise, word, add, define, namespace, typeName, storedOptions, messages: say } = guest;
const { memory_query: queried, memory_consolidate: consolidates, context_assemble: assembles } = guest.sets;
const { isArray } = Array;
const { apply } = Reflect;
const { join, sort } = Array.prototype;

const isNothing = (value) => value === undefined || value === null;
const sessionOf = (session, what) => {
  if (typeName(session) === 'object') session = session.id;
  if (isNothing(session) || session === '') return undefined;
  return word(session) ?? raise(say.takes_text(what, "a session's id", typeName(session)));
};

const members = { __proto__: null }, episodic = { __proto__: null }, semantic = { __proto__: null };

// (session, role, content, metadata): the entry's number.
episodic.add = async (session, role, content, metadata) => {
  const what = 'Memory.episodic.add', entry = { role: word(role), content: word(content), metadata: metadata ?? undefined };
  if (isNothing(entry.role)) raise(say.takes_text(what, '(session, role, content, metadata): the role', typeName(role)));
  if (isNothing(entry.content)) raise(say.takes_text(what, '(session, role, content, metadata): the content', typeName(content)));
  return addRaw(sessionOf(session, what), entry);
};
members.add = episodic.add;

// (session, text, limit or options): entries with most of the words, the best first. Without a text: the last ones.
episodic.search = async (session, query, options) => {
  const what = 'Memory.episodic.search', all = storedOptions(typeof options === 'number' ? { limit: options } : options, what, queried);
  if (!isNothing(query)) all.text = word(query) ?? raise(say.takes_text(what, '(session, text, limit): the text', typeName(query)));
  return recall(sessionOf(session, what), all).entries;
};
members.search = episodic.search;
// (session, limit or options): the last entries in the order of time.
episodic.recent = async (session, options) => episodic.search(session, undefined, options);
episodic.list = episodic.get = members.recent = episodic.recent;
// (session, through): removes all entries up to this number, or all: how many.
episodic.forget = async (session, through) => forget(sessionOf(session, 'Memory.episodic.forget'), through ?? 2 ** 52);
episodic.clear = members.forget = members.clear = episodic.forget;

const STEP = 100; // entries that are read at once

// A model puts what was said before the last `keep` entries in few words, which take their place. `options`: model, keep (20),
// max_bytes (60,000, of what it is given), and what llm.complete takes: system, max_tokens, …
// {consolidated, summary, usage}
members.consolidate = async (session, options) => {
  const what = 'Memory.consolidate', own = sessionOf(session, what), all = storedOptions(options, what, consolidates);
  const keep = all.keep ?? 20, room = all.max_bytes ?? 60000;
  all.keep = all.max_bytes = undefined;
  const entries = [];
  for (let after = 0; after !== undefined && entries.length < 2000;) {
    const some = recall(own, { __proto__: null, after, limit: STEP }).entries;
    for (let i = 0; i < some.length; i++) add(entries, some[i]);
    after = some.length ? some[some.length - 1].number : undefined;
  }
  const lines = [];
  let bytes = 0, last;
  for (let i = 0; i < entries.length - keep; i++) {
    const line = entries[i].role + ': ' + entries[i].content;
    bytes += guest.toBytes(line).length;
    if (bytes > room && last !== undefined) break;
    add(lines, line);
    last = entries[i].number;
  }
  if (lines.length < 2) return { consolidated: 0 };
  all.system ??= say.summarize();
  all.prompt = apply(join, lines, ['\n']);
  const reply = await complete(all);
  consolidate(own, last, { role: 'summary', content: reply.text, metadata: { entries: lines.length, through: last } });
  return { consolidated: lines.length, summary: reply.text, usage: reply.usage };
};

const contexts = { __proto__: null };
const counted = (model, texts) => countTokens({ __proto__: null, model: model ?? undefined, texts });

// What else a strategy looks into: functions of (query, limit) that give lists of {content, score, metadata}, the best first.
const sources = (guest.contextSources = { __proto__: null });
const strategies = { __proto__: null, episodic: [], semantic: ['semantic'], rag: ['rag'], hybrid: ['semantic', 'rag'] };
const used = { __proto__: null }; // strategy -> {calls, tokens, entries}

// What fits of these, in order: {chosen, tokens}.
const fitting = (candidates, lines, counts, most) => {
  const chosen = [];
  let tokens = 0;
  for (let i = 0; i < candidates.length; i++) {
    if (tokens + counts[i] > most) continue;
    tokens += counts[i];
    add(chosen, { entry: candidates[i], line: lines[i], place: chosen.length });
  }
  return { chosen, tokens };
};
const earlier = (one, other) => {
  const a = one.entry.number, b = other.entry.number;
  if (a !== undefined && b !== undefined) return a - b;
  return a === undefined && b === undefined ? one.place - other.place : a === undefined ? -1 : 1;
};

// What of a session's memory, and of what is known, fits into so many tokens of a model: what is known first, then what was said,
// in the order of time: {text, entries, tokens, exact, chunks, ...}. (options), or (query, strategy, max_tokens (8192), session).
// `options`: query, session, max_tokens, model, strategy ("episodic", "semantic", "rag", "hybrid"), recent (10), limit (50).
contexts.assemble = async (query, strategy, max_tokens, session) => {
  const what = 'Context.assemble';
  const all = typeName(query) === 'object' ? storedOptions(query, what, assembles) : { query: word(query), strategy: strategy ?? undefined, max_tokens: max_tokens ?? 8192, session };
  const name = isNothing(all.strategy) ? 'episodic' : word(all.strategy) ?? typeName(all.strategy);
  if (!(name in strategies)) raise(say.no_strategy(what, name, guest.nearest(name, strategies)));
  const most = all.max_tokens ?? all.token_budget;
  if (typeof most !== 'number' || !(most >= 1)) raise(say.no_budget(what));
  const from = sessionOf(all.session ?? all.session_id, what), candidates = [], lines = [];
  for (let i = 0; i < strategies[name].length && !isNothing(all.query); i++) {
    const source = strategies[name][i], some = await sources[source](all.query, all.limit ?? 50);
    for (let j = 0; j < some.length; j++) {
      const { content, metadata, id, score } = some[j];
      add(candidates, { role: 'knowledge', content, metadata, id, score, source });
      add(lines, 'knowledge: ' + content + '\n');
    }
  }
  // What has most of the words comes first, then the newest.
  const episodic = name === 'episodic' || name === 'hybrid';
  const found = isNothing(all.query) || !episodic ? [] : recall(from, { __proto__: null, text: all.query, limit: all.limit ?? 50 }).entries;
  const recent = episodic ? recall(from, { __proto__: null, limit: all.recent ?? 10 }).entries : [];
  for (let i = recent.length - 1; i >= 0; i--) add(found, recent[i]);
  const seen = { __proto__: null };
  for (let i = 0; i < found.length; i++) {
    if (seen[found[i].number]) continue;
    seen[found[i].number] = true;
    add(candidates, found[i]);
    add(lines, found[i].role + ': ' + found[i].content + '\n');
  }
  const counts = counted(all.model, lines), { chosen, tokens } = fitting(candidates, lines, counts.tokens, most);
  apply(sort, chosen, [earlier]);
  const entries = [], parts = [], chunks = [];
  let oldest, newest, scores = 0;
  for (let i = 0; i < chosen.length; i++) {
    const { entry, line } = chosen[i], { role, content, at, metadata, score, source = 'episodic' } = entry;
    add(entries, entry);
    add(parts, line);
    add(chunks, { chunk: { role, content, source, timestamp: at, metadata }, score, ranker: source });
    scores += score ?? 1;
    oldest ??= at;
    newest = at ?? newest;
  }
  const stats = (used[name] ??= { calls: 0, tokens: 0, entries: 0 });
  stats.calls++;
  stats.tokens += tokens;
  stats.entries += entries.length;
  const text = apply(join, parts, ['']);
  return {
    text, entries, tokens, exact: counts.exact, chunks, formatted: text, token_count: tokens,
    total_confidence: entries.length ? scores / entries.length : 0, temporal_span: oldest === undefined ? undefined : { oldest, newest },
  };
};
// As `assemble`, told in numbers alone: {strategy, entries, tokens, exact}
contexts.test = async (query, strategy, max_tokens, session) => {
  const { entries, tokens, exact } = await contexts.assemble(query, strategy, max_tokens, session);
  return { strategy: (typeName(query) === 'object' ? query.strategy : strategy) ?? 'episodic', entries: entries.length, tokens, exact };
};
// What each strategy was used for in this run: {episodic: {calls, tokens, entries}, ...}
contexts.strategy_stats = async () => {
  const all = {};
  for (const name in used) all[name] = { ...used[name] };
  return all;
};

// (text or texts, model): how many tokens: a number, or a list of them.
contexts.count_tokens = async (given, model) => {
  if (isArray(given)) return counted(model, given).tokens;
  const text = word(given) ?? raise(say.takes_text('Context.count_tokens', '(text, model): the text', typeName(given)));
  return counted(model, [text]).tokens[0];
};
contexts.strategies = async () => ['episodic', 'semantic', 'rag', 'hybrid'];

members.episodic = namespace(episodic, 'Memory.episodic');
members.semantic = namespace(semantic, 'Memory.semantic');
guest.memorySemantic = members.semantic;
define(globalThis, 'Memory', namespace(members, 'Memory'));
define(globalThis, 'Context', namespace(contexts, 'Context'));

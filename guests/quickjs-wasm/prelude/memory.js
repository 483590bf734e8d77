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

for (const name of ['add', 'query', 'search']) semantic[name] = async () => raise(say.no_semantic('Memory.semantic.' + name));

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

// What of a session's memory fits into so many tokens of a model, in the order of time: {text, entries, tokens, exact}. (options),
// or (query, strategy, max_tokens, session). `options`: query, session, max_tokens, model, strategy ("episodic"), recent (10), limit (50).
contexts.assemble = async (query, strategy, max_tokens, session) => {
  const what = 'Context.assemble';
  const all = typeName(query) === 'object' ? storedOptions(query, what, assembles) : { query: word(query), strategy: strategy ?? undefined, max_tokens, session };
  if ((all.strategy ?? 'episodic') !== 'episodic') raise(say.no_strategy(what, word(all.strategy) ?? typeName(all.strategy)));
  const most = all.max_tokens ?? all.token_budget;
  if (typeof most !== 'number' || !(most >= 1)) raise(say.no_budget(what));
  const from = sessionOf(all.session ?? all.session_id, what);
  // What has most of the words comes first, then the newest.
  const found = isNothing(all.query) ? [] : recall(from, { __proto__: null, text: all.query, limit: all.limit ?? 50 }).entries;
  const recent = recall(from, { __proto__: null, limit: all.recent ?? 10 }).entries;
  for (let i = recent.length - 1; i >= 0; i--) add(found, recent[i]);
  const seen = { __proto__: null }, candidates = [], lines = [];
  for (let i = 0; i < found.length; i++) {
    if (seen[found[i].number]) continue;
    seen[found[i].number] = true;
    add(candidates, found[i]);
    add(lines, found[i].role + ': ' + found[i].content + '\n');
  }
  const counts = counted(all.model, lines), chosen = [], parts = [];
  let tokens = 0;
  for (let i = 0; i < candidates.length; i++) {
    if (tokens + counts.tokens[i] > most) continue;
    tokens += counts.tokens[i];
    add(chosen, { entry: candidates[i], line: lines[i] });
  }
  apply(sort, chosen, [(one, other) => one.entry.number - other.entry.number]);
  const entries = [];
  for (let i = 0; i < chosen.length; i++) {
    add(entries, chosen[i].entry);
    add(parts, chosen[i].line);
  }
  return { text: apply(join, parts, ['']), entries, tokens, exact: counts.exact };
};

// (text or texts, model): how many tokens: a number, or a list of them.
contexts.count_tokens = async (given, model) => {
  if (isArray(given)) return counted(model, given).tokens;
  const text = word(given) ?? raise(say.takes_text('Context.count_tokens', '(text, model): the text', typeName(given)));
  return counted(model, [text]).tokens[0];
};
contexts.strategies = async () => ['episodic'];

members.episodic = namespace(episodic, 'Memory.episodic');
members.semantic = namespace(semantic, 'Memory.semantic');
define(globalThis, 'Memory', namespace(members, 'Memory'));
define(globalThis, 'Context', namespace(contexts, 'Context'));

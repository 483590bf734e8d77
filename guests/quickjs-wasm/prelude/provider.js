// Provider, and what llm tells of models: only what this spell may use. llm.embed and llm.rerank.
// After: llm.
const { providers, embed, rerank } = raw.agent;
const { until, takeSignal, raise, text, word, typeName, agentOptions: options, empty, put, add, nearest, namespace, define, method } = guest;
const { isArray } = Array;

const capabilities = (one) => {
  const found = {}, models = [];
  for (const name in one.capabilities) {
    put(found, name, one.capabilities[name]);
    put(found, 'supports_' + name, one.capabilities[name]);
  }
  for (let i = 0; i < one.models.length; i++) add(models, one.models[i].id);
  put(found, 'supports_multimodal', one.capabilities.images);
  put(found, 'max_context_tokens', one.max_context_tokens);
  put(found, 'available_models', models);
  return found;
};
const show = (one) => ({
  name: one.name, kind: one.kind, type: one.kind, enabled: one.available, default: one.default, default_model: one.default_model,
  models: one.models, capabilities: capabilities(one),
});

const find = (name, what) => {
  const wanted = word(name) ?? raise(what + " takes a provider's name");
  for (let i = 0, all = providers(); i < all.length; i++) if (all[i].name === wanted) return all[i];
  return undefined;
};
const need = (name, what) => {
  const found = find(name, what), known = { __proto__: null };
  if (found) return found;
  for (let i = 0, all = providers(); i < all.length; i++) known[all[i].name] = 0;
  return raise(what + ': ' + guest.messages.no_provider(word(name), nearest(word(name), known)));
};

const modelsOf = (name) => need(name, 'Provider.get_models').models;
define(globalThis, 'Provider', namespace({
  __proto__: null,
  list: () => {
    const all = providers();
    for (let i = 0; i < all.length; i++) all[i] = show(all[i]);
    return all;
  },
  // Undefined if there is none that this spell may use.
  get: (name) => {
    const one = find(name, 'Provider.get');
    return one && show(one);
  },
  exists: (name) => find(name, 'Provider.exists') !== undefined,
  is_available: (name) => find(name, 'Provider.is_available')?.available === true,
  get_capabilities: (name) => capabilities(need(name, 'Provider.get_capabilities')),
  get_models: modelsOf,
  list_models: modelsOf,
  get_default: llm.getProvider,
}, 'Provider'));

// "provider/model" of all models that are known and granted, or of one provider's.
const listModels = (provider) => {
  const names = [], all = provider === undefined ? providers() : [need(provider, 'llm.list_models')];
  for (let i = 0; i < all.length; i++) for (let j = 0; j < all[i].models.length; j++) add(names, all[i].name + '/' + all[i].models[j].id);
  return names;
};
method(llm, 'list_models', listModels);
method(llm, 'models', listModels);

// A text gives a promise of its vector, a list of texts of theirs; an object with `input` of all that there is to say.
const embedding = (request, make) => {
  const signal = takeSignal(request, 'llm.embed');
  return until(signal, () => embed(request), make);
};
const embedAny = (input, given) => {
  const said = text(input);
  if (said !== undefined) return embedding(options({ __proto__: null, input: said }, given, 'llm.embed'), (found) => found.embeddings[0]);
  if (isArray(input)) return embedding(options({ __proto__: null, input }, given, 'llm.embed'), (found) => found.embeddings);
  if (typeName(input) !== 'object') raise('llm.embed takes a text, a list of texts, or an object with `input`');
  const request = options(empty(), input, 'llm.embed');
  for (const name of ['text', 'texts'])
    if (request[name] !== undefined && request.input === undefined) {
      request.input = request[name];
      delete request[name];
    }
  return embedding(request, (found) => {
    put(found, 'embedding', found.embeddings[0]);
    return found;
  });
};
for (const name of ['embed', 'embedding', 'embeddings']) method(llm, name, embedAny);

// ({query, documents, top, ...}) or (query, documents, options): a promise of {results: [{index, score, document}]}, the
// best first; indexes count from 0.
method(llm, 'rerank', (query, documents, given) => {
  const said = text(query);
  const request = said === undefined ? options(empty(), query, 'llm.rerank') : options({ __proto__: null, query: said, documents }, given, 'llm.rerank');
  for (const name of ['top_k', 'top_n'])
    if (request[name] !== undefined && request.top === undefined) {
      request.top = request[name];
      delete request[name];
    }
  const signal = takeSignal(request, 'llm.rerank');
  return until(signal, () => rerank(request));
});

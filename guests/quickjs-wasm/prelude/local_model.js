// LocalLLM: the models that an Ollama server has, by its own API. A host that is granted, like any other (--allow-net).
// Names: LocalLLM.
// After: config, network.
const { raise, word, add, define, namespace, typeName, failure, messages: say } = guest;
const { get } = Config;
const { stringify, parse } = JSON;
const ask = fetch;
const { apply } = Reflect;
const { keys } = Object;
const { indexOf, slice, endsWith, startsWith, trim } = String.prototype;
const { floor } = Math;

let server; // that LocalLLM.use chose

// Where it answers: what LocalLLM.use says, the configuration's provider of this kind, or where Ollama listens by itself.
const address = () => {
  if (server) return server;
  const all = get('providers') ?? {};
  let first; // by name, as in Lua
  for (const name in all) if (all[name].kind === 'ollama' && all[name].address && !(first <= name)) first = name;
  return first !== undefined ? all[first].address : 'http://127.0.0.1:11434';
};

// Only Ollama is there.
const checkBackend = (name, what) => {
  if (name === undefined || name === null) return;
  const known = word(name) ?? raise(say.takes_text(what, "a backend's name", typeName(name)));
  if (known !== 'ollama' && known !== 'all') raise(what + ": there is no backend '" + known + "': it is \"ollama\"");
};

const told = async (response) => {
  let why = response.statusText;
  try { why = (await response.json()).error ?? why; } catch { /* it is no JSON: the status says what there is to say */ }
  throw failure(response.status === 404 ? 'not-found' : 'network', 'LocalLLM: the server answered ' + response.status + ': ' + why);
};
const request = async (method, path, body) => {
  const options = { method };
  if (body) { options.body = stringify(body); options.headers = { 'content-type': 'application/json' }; }
  const response = await ask(address() + path, options);
  if (!response.ok) await told(response);
  return response;
};
const json = async (method, path, body) => (await request(method, path, body)).json();
const modelOf = (name, what) => {
  const known = word(name) ?? raise(say.takes_text(what, "a model's name", typeName(name)));
  return apply(startsWith, known, ['ollama/']) ? apply(slice, known, [7]) : known;
};

// For the calls that follow, another server: "http://127.0.0.1:11434".
const use = (url) => {
  server = word(url) ?? raise(say.takes_text('LocalLLM.use', 'an address', typeName(url)));
  while (apply(endsWith, server, ['/'])) server = apply(slice, server, [0, -1]);
  return true;
};

// {running, backend, version, models}; `running` is false where nobody answers. What is not granted is raised.
const status = async (backend) => {
  checkBackend(backend, 'LocalLLM.status');
  let about;
  try {
    about = await json('GET', '/api/version');
  } catch (problem) {
    const code = problem?.code ?? problem?.cause?.code;
    if (code === 'network') return { running: false, backend: 'ollama', models: 0, error: problem.cause?.message ?? problem.message };
    throw problem;
  }
  const { models } = await json('GET', '/api/tags');
  return { running: true, backend: 'ollama', version: about.version, models: models.length };
};

// [{id, backend, size_bytes, modified_at, family, parameters, quantization}]
const list = async (backend) => {
  checkBackend(backend, 'LocalLLM.list');
  const { models } = await json('GET', '/api/tags'), found = [];
  for (let i = 0; i < models.length; i++) {
    const { name, size, modified_at, digest, details = {} } = models[i];
    add(found, {
      id: name, name, backend: 'ollama', size_bytes: size, modified_at, digest,
      family: details.family, parameters: details.parameter_size, quantization: details.quantization_level,
    });
  }
  return found;
};

// What the server says of a model: {id, backend, family, parameters, quantization, capabilities, context_length, template, license}
const info = async (name) => {
  const model = modelOf(name, 'LocalLLM.info'), about = await json('POST', '/api/show', { model });
  const { details = {}, model_info = {}, capabilities, template, license } = about, names = keys(model_info);
  let context_length;
  for (let i = 0; i < names.length; i++) if (apply(endsWith, names[i], ['.context_length'])) context_length = model_info[names[i]];
  return {
    id: model, name: model, backend: 'ollama', family: details.family, format: details.format, parameters: details.parameter_size,
    quantization: details.quantization_level, capabilities, context_length, template, license,
  };
};

const stepOf = (line) => {
  const one = parse(line), { total, completed } = one;
  if (one.error) throw failure('network', 'LocalLLM.pull: ' + one.error);
  return {
    status: one.status, digest: one.digest, total_bytes: total, downloaded_bytes: completed,
    percent: total > 0 ? floor(((completed ?? 0) * 100) / total) : undefined,
  };
};

// (model, function of {status, downloaded_bytes, total_bytes, percent}): the server fetches it. {model, status, steps}; a function
// that returns false ends the call.
const pull = async (name, onProgress) => {
  const model = modelOf(name, 'LocalLLM.pull');
  if (onProgress !== undefined && typeof onProgress !== 'function') raise(say.takes_function('LocalLLM.pull: on_progress', typeName(onProgress)));
  const response = await request('POST', '/api/pull', { model, stream: true });
  let rest = '', last, steps = 0;
  const hear = async (line) => {
    if (!apply(trim, line, [])) return true;
    last = stepOf(line);
    steps++;
    return !onProgress || (await onProgress(last)) !== false;
  };
  const decoder = new TextDecoder();
  for await (const piece of response.body) {
    rest += decoder.decode(piece, { stream: true });
    for (let place = apply(indexOf, rest, ['\n']); place >= 0; place = apply(indexOf, rest, ['\n'])) {
      const line = apply(slice, rest, [0, place]);
      rest = apply(slice, rest, [place + 1]);
      if (!(await hear(line))) return { model, status: 'stopped', steps };
    }
  }
  await hear(rest);
  return { model, status: last?.status ?? 'nothing', steps };
};
// Removes a model from the server.
const remove = async (name) => {
  await request('DELETE', '/api/delete', { model: modelOf(name, 'LocalLLM.remove') });
  return true;
};

return namespace({ __proto__: null, use, status, list, info, show: info, pull, remove, delete: remove }, 'LocalLLM');

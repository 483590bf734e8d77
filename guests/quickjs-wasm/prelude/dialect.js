// How spells write agents and requests, in the host's words. The host says what it does not know.
// After: options, units.
const { raise, snake, text, word, typeName, add, list, empty, aliases, sets, lists, limits, messages: say, scaled } = guest;
const { agent_options: words, history: kept, image: imageFields } = aliases, { agent_groups: flat } = sets;
const { apply } = Reflect;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const OwnString = String, encode64 = btoa;
const { fromCharCode } = String;
const Bytes = Uint8Array;

const set = (all, name, value, what) => {
  if (all[name] !== undefined) raise(say.given_twice(what, name));
  all[name] = value;
};
const setInner = (all, group, name, value, what) => {
  all[group] ??= empty();
  if (typeName(all[group]) !== 'object') raise(what + ': ' + group + ' must be an object');
  all[group] = { __proto__: null, ...all[group] };
  set(all[group], name, value, what);
};

// OpenAI's `response_format`: {type: "json_schema", json_schema: {schema}}, or {type: "json_object"}, or a schema.
const schemaOf = (format, what) => {
  if (typeName(format) !== 'object') raise(what + ': response_format must be an object');
  if (format.type === 'text') return undefined;
  if (format.type === 'json_object' && format.properties === undefined) return { __proto__: null, type: 'object' };
  if (format.type !== 'json_schema') return format;
  const inner = format.json_schema ?? format;
  if (typeName(inner.schema) !== 'object') raise(what + ': response_format.json_schema has no schema');
  return inner.schema;
};
const choices = { __proto__: null, auto: 0, none: 0, required: 0, any: 0 };
const choiceOf = (choice) => {
  if (typeof choice === 'string') return choice in choices ? choice : { __proto__: null, tool: choice };
  if (typeName(choice) !== 'object' || choice.tool !== undefined) return choice;
  const name = choice.name ?? choice.function?.name;
  return name === undefined ? choice : { __proto__: null, tool: name };
};

// Adds `options` to `all`. `what` names the call in messages. What is undefined is not given.
const addOptions = (all, options, what, depth) => {
  if (options === undefined || options === null) return all;
  if (typeName(options) !== 'object') raise(what + ' takes an object of options, not a ' + typeName(options));
  const given = { __proto__: null, ...options }, keys = getOwnPropertyNames(given);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i], value = given[key], short = snake(key), name = words[short] ?? short;
    if (value === undefined) continue;
    if (guest.isIdle('agent_idle', name, what, key)) continue;
    if (name === 'model' && depth < 2 && typeName(value) === 'object') {
      const model = empty(), names = getOwnPropertyNames(value);
      for (let j = 0; j < names.length; j++) model[names[j] === 'name' || names[j] === 'id' || names[j] === 'modelId' ? 'model' : names[j]] = value[names[j]];
      addOptions(all, model, what + ': model', depth + 1);
    } else if (name === 'api_key') raise(what + ': ' + say.no_key());
    else if (name in flat && depth < 2) addOptions(all, value, what + ': ' + key, depth + 1);
    else if (name in limits) {
      const { limit, unit } = limits[name];
      setInner(all, 'limits', limit, unit ? scaled(value, unit, what, name) : value, what);
    }
    else if (name in kept) setInner(all, 'history', kept[name], value, what);
    else if (name === 'response_format') set(all, 'schema', schemaOf(value, what), what);
    else if (name === 'tool_choice') set(all, name, choiceOf(value), what);
    else if (name === 'tools' && value !== null) set(all, name, guest.toolNames(value, what), what);
    else if (name === 'parallel_tool_calls' || (name === 'parallel_tools' && typeof value === 'boolean')) {
      if (typeof value !== 'boolean') raise(what + ': ' + name + ' must be true or false');
      set(all, 'parallel_tools', value ? 8 : 1, what);
    } else if (name === 'output_modalities') {
      if (!isArray(value) || value.length !== 1 || value[0] !== 'text') raise(what + ': output_modalities can only be ["text"]: models give text here');
    } else set(all, name, value, what);
  }
  return all;
};
guest.agentOptions = (all, options, what) => addOptions(all, options, what, 0);

// A list of names from names, tools, agents and definitions of tools.
guest.toolNames = (given, what) => {
  const names = list();
  if (!isArray(given)) {
    if (typeName(given) !== 'object' && typeName(given) !== 'function' && word(given) === undefined) raise(what + ': tools must be a list of names and tools');
    add(names, guest.toolName(given, what));
    return names;
  }
  for (let i = 0; i < given.length; i++) add(names, guest.toolName(given[i], what));
  return names;
};

const starts = [[[137, 80, 78, 71, 13, 10, 26, 10], 'image/png'], [[255, 216, 255], 'image/jpeg'], [[71, 73, 70, 56], 'image/gif'], [[82, 73, 70, 70], 'image/webp']];
const typeOf = (bytes) => {
  for (let i = 0; i < starts.length; i++) {
    let fits = true;
    for (let j = 0; j < starts[i][0].length && fits; j++) fits = bytes[j] === starts[i][0][j];
    if (fits) return starts[i][1];
  }
  return undefined;
};
const base64 = (bytes) => {
  let binary = '';
  for (let i = 0; i < bytes.length; i++) binary += fromCharCode(bytes[i]);
  return encode64(binary);
};

// Bytes, or an object with data (bytes or base64) and media_type.
const imageOf = (image, what) => {
  if (typeof image === 'string' || image instanceof Bytes) image = { __proto__: null, data: image };
  if (typeName(image) !== 'object') raise(what + ': an image is its bytes, or an object with data and media_type');
  const found = empty(), keys = getOwnPropertyNames(image);
  for (let i = 0; i < keys.length; i++) {
    const name = snake(keys[i]);
    set(found, imageFields[name] ?? name, image[keys[i]], what + ': image');
  }
  if (found.data instanceof Bytes) {
    const type = typeOf(found.data);
    found.data = base64(found.data);
    if (type) found.media_type ??= type;
  }
  return found;
};

const { prompt: promptNames, images: imageNames } = lists;

// Takes the prompt out of options, whatever it is called there: a text, or {text, images}. Undefined if there is none.
guest.takePrompt = (options, what) => {
  let prompt, images;
  for (let i = 0; i < promptNames.length; i++) {
    const name = promptNames[i];
    if (options[name] === undefined) continue;
    if (prompt !== undefined) raise(what + ': ' + name + ' is a second prompt');
    prompt = text(options[name]);
    if (prompt === undefined) raise(say.no_text(what, name, typeName(options[name])));
    delete options[name];
  }
  for (let i = 0; i < imageNames.length; i++) {
    let given = options[imageNames[i]];
    if (given === undefined) continue;
    delete options[imageNames[i]];
    if (!isArray(given)) given = [given];
    images ??= list();
    for (let j = 0; j < given.length; j++) add(images, imageOf(given[j], what));
  }
  return images?.length ? { __proto__: null, text: prompt, images } : prompt;
};

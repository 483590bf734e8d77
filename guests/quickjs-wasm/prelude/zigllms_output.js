// What models say, read: as zigllms spells it.
// Names: zigllms.output.
// After: names, value.
const { raise, word, snake, typeName, put, namespace, messages: say } = guest;
const { decode, encode } = JSON;

const detect_format = (given) => {
  const said = word(given);
  if (said === undefined) return 'json';
  try {
    decode(said);
    return 'json';
  } catch {
    return 'plain';
  }
};

const formatOf = (given, otherwise, what) => {
  const format = given === undefined || given === null ? otherwise : snake(word(given) ?? typeName(given));
  if (format !== 'json' && format !== 'plain') raise(say.no_format(what, format));
  return format;
};

const own = namespace({
  __proto__: null, detect_format,
  // The value of a JSON text, or a text as it is. What is no text is read already.
  parse: (given, format) => {
    const wanted = formatOf(format, detect_format(given), 'zigllms.output.parse'), said = word(given);
    return said === undefined || wanted === 'plain' ? said ?? given : decode(said);
  },
  format: (value, format) => (formatOf(format, 'json', 'zigllms.output.format') === 'plain' ? word(value) : undefined) ?? encode(value),
}, 'zigllms.output');
for (const name in guest.zigllms.output) put(own, name, { ...guest.zigllms.output[name] });
return own;

// Percent-encoding, as the URL standard has it. Here and in the other scripts of URL, methods of texts and lists are called
// as they are: what a spell makes of them harms its own addresses only.
// After: encoding.
const { toBytes, toText } = guest;

// The ASCII characters that a part of an address encodes; with them go control characters and all beyond ASCII.
const set = (characters) => {
  const all = new Uint8Array(128);
  for (let i = 0; i < 128; i++) all[i] = i < 32 || i > 126 || characters.includes(String.fromCharCode(i)) ? 1 : 0;
  return all;
};
const query = ' "#<>', path = query + '?^`{}', user = path + '/:;=@[\\]|';
guest.encodeSets = {
  control: set(''), fragment: set(' "<>`'), query: set(query), specialQuery: set(query + "'"), path: set(path), user: set(user),
  form: set(user + "$&+,%!'()~"),
};

const hex = '0123456789ABCDEF';
guest.percentEncode = (text, codes) => {
  let clean = true;
  for (let i = 0; i < text.length && clean; i++) {
    const code = text.charCodeAt(i);
    clean = code < 128 && !codes[code];
  }
  if (clean) return text;
  const bytes = toBytes(text);
  let made = '';
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    made += byte < 128 && !codes[byte] ? String.fromCharCode(byte) : '%' + hex[byte >> 4] + hex[byte & 15];
  }
  return made;
};

const digit = (code) => (code >= 48 && code <= 57 ? code - 48 : code >= 65 && code <= 70 ? code - 55 : code >= 97 && code <= 102 ? code - 87 : -1);
guest.percentDecode = (text) => {
  if (!text.includes('%')) return text;
  const bytes = toBytes(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++, length++) {
    const high = bytes[i] === 37 ? digit(bytes[i + 1]) : -1, low = high < 0 ? -1 : digit(bytes[i + 2]);
    bytes[length] = low < 0 ? bytes[i] : high * 16 + low;
    if (low >= 0) i += 2;
  }
  return toText(bytes.subarray(0, length));
};

// The hosts of addresses: names, also of other scripts than ours, and numbers.
// After: url_text.
const { percentEncode, percentDecode, encodeSets: sets } = guest;
const { floor } = Math;

// Punycode's parameters (RFC 3492).
const base = 36, least = 1, most = 26, skew = 38, damp = 700, firstBias = 72, firstCode = 128;
const adapt = (delta, count, first) => {
  delta = first ? floor(delta / damp) : delta >> 1;
  delta += floor(delta / count);
  let k = 0;
  for (; delta > ((base - least) * most) >> 1; k += base) delta = floor(delta / (base - least));
  return k + floor(((base - least + 1) * delta) / (delta + skew));
};
const threshold = (k, bias) => (k <= bias ? least : k >= bias + most ? most : k - bias);
const letter = (value) => String.fromCharCode(value < 26 ? value + 97 : value + 22);

const toPunycode = (label) => {
  const codes = Array.from(label, (character) => character.codePointAt(0)), basic = codes.filter((code) => code < 128);
  let made = String.fromCharCode(...basic) + (basic.length ? '-' : '');
  let code = firstCode, delta = 0, bias = firstBias;
  for (let done = basic.length; done < codes.length; delta++, code++) {
    const next = codes.reduce((low, one) => (one >= code && one < low ? one : low), Infinity);
    delta += (next - code) * (done + 1);
    code = next;
    for (const one of codes) {
      if (one < code) delta++;
      if (one !== code) continue;
      let left = delta, k = base;
      for (; left >= threshold(k, bias); k += base) {
        const t = threshold(k, bias);
        made += letter(t + ((left - t) % (base - t)));
        left = floor((left - t) / (base - t));
      }
      made += letter(left);
      bias = adapt(delta, ++done, done === basic.length + 1);
      delta = 0;
    }
  }
  return made;
};

// Undefined: it is none.
const fromPunycode = (text) => {
  const last = text.lastIndexOf('-'), codes = last > 0 ? Array.from(text.slice(0, last), (one) => one.charCodeAt(0)) : [];
  let at = last > 0 ? last + 1 : 0, code = firstCode, place = 0, bias = firstBias;
  while (at < text.length) {
    const before = place;
    for (let weight = 1, k = base; ; k += base) {
      const c = text.charCodeAt(at++), value = c >= 97 && c <= 122 ? c - 97 : c >= 48 && c <= 57 ? c - 22 : base;
      if (value >= base) return undefined;
      place += value * weight;
      if (place > 0x7fffffff) return undefined;
      const t = threshold(k, bias);
      if (value < t) break;
      weight *= base - t;
    }
    bias = adapt(place - before, codes.length + 1, before === 0);
    code += floor(place / (codes.length + 1));
    place %= codes.length + 1;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined;
    codes.splice(place++, 0, code);
  }
  return String.fromCodePoint(...codes);
};

// What UTS 46 maps, as far as lower case and NFKC do; what it ignores; what it refuses.
const ignored = /[\u00ad\u034f\u180b-\u180d\u180f\u200b\u2060\u2064\ufe00-\ufe0f\ufeff]/gu;
const refused = /[\p{Cn}\p{Co}\p{Cs}\p{Cf}\p{Cc}\u2028\u2029\ufffc\ufffd]/u;
const dots = /[\u3002\uff0e\uff61]/gu;
const lower = (text) => Array.from(text, (one) => (one === '\u1e9e' ? 'ss' : one.toLowerCase())).join('');
const map = (text) => lower(lower(text.replace(ignored, '').replace(dots, '.')).normalize('NFKC')).normalize('NFC');
const isAscii = (text) => !/[^\0-\x7f]/.test(text);

const labelToAscii = (label) => {
  if (label.startsWith('xn--')) {
    const meant = isAscii(label) ? fromPunycode(label.slice(4)) : undefined;
    return meant === undefined || isAscii(meant) || map(meant) !== meant || refused.test(meant) || /^\p{M}/u.test(meant) ? undefined : label;
  }
  if (isAscii(label)) return label;
  return refused.test(label) || /^\p{M}/u.test(label) ? undefined : 'xn--' + toPunycode(label);
};

// Where a label is written from right to left (RFC 5893): it begins and ends so, and has no letters of the other kind.
const leftward = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const isMixed = (label) =>
  leftward.test(label)
    ? !leftward.test(String.fromCodePoint(label.codePointAt(0))) || !/[^\p{L}\p{S}\p{P}]\p{M}*$|\p{L}\p{M}*$/u.test(label) || [...label].some((one) => /\p{L}/u.test(one) && !leftward.test(one))
    : !/^[\p{L}_-]/u.test(label) || /[_-]$/.test(label);

const domainToAscii = (domain) => {
  const mapped = isAscii(domain) ? domain.toLowerCase() : map(domain);
  if (isAscii(mapped) && !mapped.includes('xn--')) return mapped;
  if (leftward.test(mapped) && mapped.split('.').some((label) => label !== '' && isMixed(label))) return undefined;
  const labels = mapped.split('.').map(labelToAscii);
  return labels.includes(undefined) ? undefined : labels.join('.');
};

const isDigits = (text) => /^[0-9]+$/.test(text);
const numberOf = (text) => {
  if (/^0x[0-9a-f]*$/i.test(text)) return text.length === 2 ? 0 : parseInt(text, 16);
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
  return isDigits(text) && !/^0./.test(text) ? Number(text) : undefined;
};
const partsOf = (domain) => {
  const parts = domain.split('.');
  if (parts.length > 1 && parts[parts.length - 1] === '') parts.pop();
  return parts;
};
const endsInNumber = (domain) => {
  const last = partsOf(domain).pop();
  return isDigits(last) || /^0x[0-9a-f]*$/i.test(last);
};
const ipv4 = (domain) => {
  const numbers = partsOf(domain).map(numberOf), last = numbers.pop();
  if (numbers.length > 3 || last === undefined || !(last < 256 ** (4 - numbers.length))) return undefined;
  let address = last;
  for (let i = 0; i < numbers.length; i++) {
    if (!(numbers[i] <= 255)) return undefined;
    address += numbers[i] * 256 ** (3 - i);
  }
  return [24, 16, 8, 0].map((shift) => floor(address / 2 ** shift) % 256).join('.');
};

// The eight pieces, or undefined.
const ipv6Pieces = (text) => {
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (tail) {
    const bytes = tail.slice(2);
    if (bytes.some((byte) => byte > 255 || /^0./.test(byte))) return undefined;
    text = tail[1] + (bytes[0] * 256 + +bytes[1]).toString(16) + ':' + (bytes[2] * 256 + +bytes[3]).toString(16);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const sides = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = sides.flat();
  if (given.some((piece) => !/^[0-9a-f]{1,4}$/i.test(piece))) return undefined;
  if (halves.length === 1) return given.length === 8 ? given.map((piece) => parseInt(piece, 16)) : undefined;
  if (given.length > 7) return undefined;
  return [...sides[0], ...new Array(8 - given.length).fill('0'), ...sides[1]].map((piece) => parseInt(piece, 16));
};
const ipv6 = (text) => {
  const pieces = ipv6Pieces(text);
  if (!pieces) return undefined;
  let start = -1, length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && pieces[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
  }
  const shown = (list) => list.map((piece) => piece.toString(16)).join(':');
  return '[' + (start < 0 ? shown(pieces) : shown(pieces.slice(0, start)) + '::' + shown(pieces.slice(start + length))) + ']';
};

const forbidden = /[\0\t\n\r #/:<>?@[\\\]^|]/, forbiddenInDomain = /[\0-\x20#%/:<>?@[\\\]^|\x7f]/;

// A host as it is written in an address; undefined: it is none.
guest.parseHost = (text, special) => {
  if (text[0] === '[') return text.endsWith(']') ? ipv6(text.slice(1, -1)) : undefined;
  if (!special) return forbidden.test(text) ? undefined : percentEncode(text, sets.control);
  const domain = domainToAscii(percentDecode(text));
  if (!domain || forbiddenInDomain.test(domain)) return undefined;
  return endsInNumber(domain) ? ipv4(domain) : domain;
};

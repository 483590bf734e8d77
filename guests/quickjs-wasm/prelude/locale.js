// Numbers as people read them, in the form of en-US. There are no other locales, and what asks for one gets an error: a result
// in another form would be a silent mistake.
// After: encoding.
const { raise, define, typeName } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const numbers = Number.prototype, bigs = BigInt.prototype, texts = String.prototype;
const { valueOf: numberOf } = numbers;
const bigText = bigs.toString;
const { localeCompare, toLocaleUpperCase, toLocaleLowerCase, toLowerCase } = texts;

// Of these none is asked for that differs. `known` has the options that are obeyed, with a function that says whether a value is.
const check = (what, locales, options, known, way) => {
  const all = locales === undefined || locales === null ? [] : isArray(locales) ? locales : [locales];
  const first = all[0];
  if (first !== undefined && first !== 'en-US' && first !== 'en') raise(what + ": there is no locale '" + first + "', only en-US; " + way);
  if (options === undefined) return;
  if (typeName(options) !== 'object') raise(what + ' takes an object of options, not a ' + typeName(options));
  for (let i = 0, names = getOwnPropertyNames(options); i < names.length; i++) {
    const value = options[names[i]];
    if (value === undefined || known[names[i]]?.(value)) continue;
    raise(what + ': ' + names[i] + (known[names[i]] ? " can't be '" + value + "' here" : " can't be chosen here") + '; ' + way);
  }
};
guest.checkLocale = check;

const digits = (most) => (value) => typeof value === 'number' && value >= 0 && value <= most && value % 1 === 0;
const oneOf = (...wanted) => (value) => wanted.includes(value);
// Their signs, and how many digits they have behind the point.
const currencies = {
  __proto__: null, USD: ['$', 2], EUR: ['€', 2], GBP: ['£', 2], JPY: ['¥', 0], INR: ['₹', 2], CNY: ['CN¥', 2], KRW: ['₩', 0],
  CAD: ['CA$', 2], AUD: ['A$', 2], BRL: ['R$', 2], MXN: ['MX$', 2],
};
const numeric = {
  __proto__: null, minimumFractionDigits: digits(20), maximumFractionDigits: digits(20), useGrouping: (value) => typeof value === 'boolean',
  style: oneOf('decimal', 'percent', 'currency'), notation: oneOf('standard'), numberingSystem: oneOf('latn'),
  currency: (value) => value in currencies, currencyDisplay: oneOf('symbol'),
};
const numberWay = 'use toFixed(digits) and write what belongs to it yourself';

const group = (whole) => {
  let made = '';
  for (let i = 0; i < whole.length; i++) made += (i && (whole.length - i) % 3 === 0 ? ',' : '') + whole[i];
  return made;
};
// [before the point, behind it], all digits: a number's own text may have an exponent.
const digitsOf = (text) => {
  let [number, exponent = '0'] = text.split('e'), [whole, fraction = ''] = number.split('.');
  for (let left = +exponent; left > 0; left--) [whole, fraction] = [whole + (fraction[0] ?? '0'), fraction.slice(1)];
  for (let left = +exponent; left < 0; left++) [whole, fraction] = [whole.slice(0, -1) || '0', whole.slice(-1) + fraction];
  while (whole.length > 1 && whole[0] === '0') whole = whole.slice(1);
  return [whole, fraction];
};
// Of a text without a sign; the half is rounded up.
const numberText = (text, options, what) => {
  const style = options?.style, money = style === 'currency' ? currencies[options.currency] ?? raise(what + ": the style 'currency' needs a currency, such as USD") : undefined;
  const most = options?.maximumFractionDigits ?? larger(options?.minimumFractionDigits ?? 0, money ? money[1] : style === 'percent' ? 0 : 3);
  const least = options?.minimumFractionDigits ?? (money ? smaller(money[1], most) : 0);
  if (style === 'percent') text = moved(text);
  return (money ? money[0] : '') + plainText(text, options, least, most, what) + (style === 'percent' ? '%' : '');
};
const larger = (a, b) => (a > b ? a : b), smaller = (a, b) => (a < b ? a : b);
// A hundred times as much, without rounding.
const moved = (text) => {
  const [number, exponent = '0'] = text.split('e');
  return number + 'e' + (+exponent + 2);
};
const plainText = (text, options, least, most, what) => {
  if (least > most) raise(what + ': minimumFractionDigits is more than maximumFractionDigits');
  let [whole, fraction] = digitsOf(text), kept = fraction.slice(0, most);
  if (fraction[most] >= '5') {
    const raised = (BigInt(whole + kept) + 1n + '').padStart(kept.length + 1, '0');
    [whole, kept] = [raised.slice(0, raised.length - kept.length), raised.slice(raised.length - kept.length)];
  }
  while (kept.length > least && kept.endsWith('0')) kept = kept.slice(0, -1);
  kept = kept.padEnd(least, '0');
  return (options?.useGrouping === false ? whole : group(whole)) + (kept ? '.' + kept : '');
};
const signed = (negative, text) => (negative ? '-' : '') + text;
define(numbers, 'toLocaleString', {
  toLocaleString(locales, options) {
    const number = apply(numberOf, this, []);
    check('Number.toLocaleString', locales, options, numeric, numberWay);
    if (number !== number) return 'NaN';
    if (number === Infinity || number === -Infinity) return number < 0 ? '-∞' : '∞';
    return signed(number < 0 || (number === 0 && 1 / number < 0), numberText((number < 0 ? -number : number) + '', options, 'Number.toLocaleString'));
  },
}.toLocaleString);
define(bigs, 'toLocaleString', {
  toLocaleString(locales, options) {
    const text = apply(bigText, this, []), negative = text[0] === '-';
    check('BigInt.toLocaleString', locales, options, numeric, numberWay);
    return signed(negative, numberText(negative ? text.slice(1) : text, options, 'BigInt.toLocaleString'));
  },
}.toLocaleString);

// By code units, whatever the locale: what asks for another order is refused.
const none = { __proto__: null, usage: oneOf('sort'), numeric: oneOf(false), caseFirst: oneOf('false'), sensitivity: oneOf('variant'), ignorePunctuation: oneOf(false) };
define(texts, 'localeCompare', {
  localeCompare(other, locales, options) {
    check('String.localeCompare', locales, options, none, 'compare what toLowerCase() or Number() makes of them');
    return apply(localeCompare, this, [other]);
  },
}.localeCompare);
const special = { __proto__: null, tr: 0, az: 0, lt: 0 };
const cased = (name, own) =>
  define(texts, name, {
    [name](locales) {
      const first = isArray(locales) ? locales[0] : locales;
      if (typeof first === 'string' && apply(toLowerCase, first.split('-')[0], []) in special) raise('String.' + name + ": there is no locale '" + first + "', only en-US");
      return apply(own, this, []);
    },
  }[name]);
cased('toLocaleUpperCase', toLocaleUpperCase);
cased('toLocaleLowerCase', toLocaleLowerCase);

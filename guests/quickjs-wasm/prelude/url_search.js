// URLSearchParams: what stands behind the question mark of an address, as pairs.
// After: url_text, show.
const { define, raise, percentEncode, percentDecode, encodeSets: sets } = guest;
const { isArray } = Array;

const text = (value) => (value + '').toWellFormed(); // a symbol has none
const decode = (part) => percentDecode(part.replaceAll('+', ' '));
const encode = (part) => percentEncode(part, sets.form).replaceAll('%20', '+');

const pairsOf = (query) =>
  query.split('&').filter((part) => part !== '').map((part) => {
    const place = part.indexOf('=');
    return place < 0 ? [decode(part), ''] : [decode(part.slice(0, place)), decode(part.slice(place + 1))];
  });

const pairsIn = (init) => {
  if (init === undefined || init === null) return [];
  if (typeof init === 'function' || (typeof init === 'object' && typeof init[Symbol.iterator] === 'function' && guest.text(init) === undefined))
    return Array.from(init, (pair) => {
      const both = typeof pair === 'object' && pair !== null && typeof pair[Symbol.iterator] === 'function' ? [...pair] : [];
      if (both.length !== 2) raise('URLSearchParams takes pairs [name, value], a text, or an object');
      return [text(both[0]), text(both[1])];
    });
  if (typeof init === 'object' && guest.text(init) === undefined) return Reflect.ownKeys(init).filter((key) => Object.prototype.propertyIsEnumerable.call(init, key)).map((key) => [text(key), text(init[key])]);
  const query = text(init);
  return pairsOf(query[0] === '?' ? query.slice(1) : query);
};

class URLSearchParams {
  #pairs;
  #changed; // tells the address whose they are
  constructor(init = '') {
    this.#pairs = pairsIn(init);
  }
  static { // for URL: these go out of no spell's reach
    guest.searchOf = (query, changed) => {
      const params = new URLSearchParams();
      params.#pairs = pairsOf(query);
      params.#changed = changed;
      return params;
    };
    guest.searchAgain = (params, query) => { params.#pairs = pairsOf(query); };
    guest.isSearch = (value) => #pairs in value;
  }
  #set(pairs) {
    this.#pairs = pairs;
    this.#changed?.(this.toString());
  }
  get size() { return this.#pairs.length; }
  append(name, value) { this.#set([...this.#pairs, [text(name), text(value)]]); }
  delete(name, value) {
    name = text(name);
    const wanted = value === undefined ? undefined : text(value);
    this.#set(this.#pairs.filter((pair) => pair[0] !== name || (wanted !== undefined && pair[1] !== wanted)));
  }
  get(name) {
    name = text(name);
    return this.#pairs.find((pair) => pair[0] === name)?.[1] ?? null;
  }
  getAll(name) {
    name = text(name);
    return this.#pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
  }
  has(name, value) {
    name = text(name);
    const wanted = value === undefined ? undefined : text(value);
    return this.#pairs.some((pair) => pair[0] === name && (wanted === undefined || pair[1] === wanted));
  }
  set(name, value) {
    const pair = [text(name), text(value)], place = this.#pairs.findIndex((one) => one[0] === pair[0]);
    if (place < 0) return this.#set([...this.#pairs, pair]);
    this.#set(this.#pairs.filter((one, i) => one[0] !== pair[0] || i === place).map((one) => (one[0] === pair[0] ? pair : one)));
  }
  sort() { this.#set([...this.#pairs].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))); }
  forEach(visit, self) {
    if (typeof visit !== 'function') raise(guest.messages.takes_function('URLSearchParams.forEach', typeof visit));
    for (const [name, value] of this) Reflect.apply(visit, self, [value, name, this]);
  }
  // Live: what is added while a loop runs comes, too.
  * entries() { for (let i = 0; i < this.#pairs.length; i++) yield [...this.#pairs[i]]; }
  * keys() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][0]; }
  * values() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][1]; }
  toString() { return this.#pairs.map((pair) => encode(pair[0]) + '=' + encode(pair[1])).join('&'); }
}
define(URLSearchParams.prototype, Symbol.iterator, URLSearchParams.prototype.entries);
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { __proto__: null, value: 'URLSearchParams', configurable: true });
define(globalThis, 'URLSearchParams', URLSearchParams);

// URL: addresses, taken apart and put together as the URL standard says. Nothing is fetched.
// After: abort, url_parse, url_search.
const { define, raise, parseUrl, urlText, urlHost, urlPath, urlSetters, isSpecial, searchOf, searchAgain } = guest;
const { defineProperty } = Object;

const text = (value) => (value + '').toWellFormed();
const shown = (value) => (value.length > 100 ? value.slice(0, 100) + '…' : value);
const parse = (address, base) => {
  const above = base === undefined ? undefined : parseUrl(text(base));
  return base !== undefined && !above ? undefined : parseUrl(text(address), above);
};

const secret = Symbol();
class URL {
  #url;
  #params;
  constructor(address, base) {
    const given = address === secret ? base : parse(address, base);
    if (given) this.#url = given;
    else
      raise(base !== undefined && !parseUrl(text(base)) ? "Invalid URL: the base '" + shown(text(base)) + "' is no absolute address"
        : "Invalid URL: '" + shown(text(address)) + "'" + (base === undefined && !/^[a-z][a-z0-9+.-]*:/i.test(text(address)) ? " has no scheme such as https:; a second argument is the address that it is relative to" : ''));
  }
  static canParse(address, base) { return parse(address, base) !== undefined; }
  static parse(address, base) {
    const url = parse(address, base);
    return url ? new URL(secret, url) : null;
  }
  static {
    guest.urlShown = (value) => (#url in value ? urlText(value.#url) : undefined);
    const setter = (name, after) =>
      function (value) {
        urlSetters[name](this.#url, text(value));
        after?.(this);
      };
    const part = (name, get, set) => defineProperty(URL.prototype, name, { __proto__: null, get, set, enumerable: true, configurable: true });
    part('href', function () { return urlText(this.#url); }, function (value) {
      this.#url = parseUrl(text(value)) ?? raise("Invalid URL: '" + shown(text(value)) + "'");
      this.#again();
    });
    part('origin', function () {
      const { scheme } = this.#url;
      const inner = scheme === 'blob' ? parseUrl(urlPath(this.#url)) : this.#url;
      const plain = inner && (scheme === 'blob' ? inner.scheme === 'http' || inner.scheme === 'https' : isSpecial(inner.scheme) && inner.scheme !== 'file');
      return plain ? inner.scheme + '://' + urlHost(inner) : 'null';
    });
    part('protocol', function () { return this.#url.scheme + ':'; }, setter('protocol'));
    part('username', function () { return this.#url.username; }, setter('username'));
    part('password', function () { return this.#url.password; }, setter('password'));
    part('host', function () { return urlHost(this.#url); }, setter('host'));
    part('hostname', function () { return this.#url.host ?? ''; }, setter('hostname'));
    part('port', function () { return this.#url.port === null ? '' : this.#url.port + ''; }, setter('port'));
    part('pathname', function () { return urlPath(this.#url); }, setter('pathname'));
    part('search', function () { return this.#url.query ? '?' + this.#url.query : ''; }, setter('search', (url) => url.#again()));
    part('hash', function () { return this.#url.fragment ? '#' + this.#url.fragment : ''; }, setter('hash'));
    part('searchParams', function () {
      return (this.#params ??= searchOf(this.#url.query ?? '', (query) => { this.#url.query = query === '' ? null : query; }));
    });
  }
  // The pairs follow what was assigned to the address.
  #again() { if (this.#params) searchAgain(this.#params, this.#url.query ?? ''); }
  toString() { return urlText(this.#url); }
  toJSON() { return urlText(this.#url); }
}

const { stringify } = JSON;
// For show.
guest.told = (value) => {
  const url = guest.urlShown(value), signal = url === undefined ? guest.signalState(value) : undefined;
  if (url !== undefined) return stringify(url);
  if (signal) return '[signal' + (signal.aborted ? ', aborted' : '') + ']';
  return guest.isSearch(value) ? 'URLSearchParams ' + stringify(value.toString()) : undefined;
};

defineProperty(URL.prototype, Symbol.toStringTag, { __proto__: null, value: 'URL', configurable: true });
define(globalThis, 'URL', URL);

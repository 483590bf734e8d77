// fetch, Headers, Request and Response: requests to hosts that are granted.
// After: abort, encoding, url, names.
const { request, receive, take, release } = raw.network;
const { define, raise, text, typeName, add, toBytes, toText, until, messages: say } = guest;
const { defineProperty } = Object;
const parse = JSON.parse, stringify = JSON.stringify, View = Uint8Array, Buffer = ArrayBuffer, isView = ArrayBuffer.isView, OwnURL = URL;
const { iterator, asyncIterator, toStringTag } = Symbol;

const lower = (name) => (name + '').toLowerCase();
const made = Symbol();
// What can be sent.
const nameOf = (name) => {
  const own = lower(name);
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(own)) raise('Headers: ' + guest.show([name + '']) + ' is no name of a header');
  return own;
};
const valueOf = (name, value) => {
  const own = (value + '').trim();
  if (/[\0\r\n]/.test(own)) raise('Headers: the value of ' + lower(name) + ' has a line break or a zero in it');
  return own;
};

// --- Headers.

class Headers {
  #list = []; // of [name in lower case, value], in the order in which they came
  constructor(init) {
    if (init === undefined || init === null) return;
    if (init instanceof Headers) { this.#list = init.#list.map((pair) => [...pair]); return; }
    if (typeof init !== 'object') raise('Headers takes an object, a list of pairs or Headers, not a ' + typeName(init));
    const pairs = typeof init[iterator] === 'function' ? [...init] : Object.entries(init);
    for (const pair of pairs) {
      const both = typeof pair === 'object' && pair !== null ? [...pair] : [];
      if (both.length !== 2) raise('Headers takes pairs [name, value]');
      this.append(both[0], both[1]);
    }
  }
  static { guest.headerList = (headers) => headers.#list.map((pair) => [...pair]); }
  append(name, value) { add(this.#list, [nameOf(name), valueOf(name, value)]); }
  set(name, value) {
    const key = nameOf(name), own = valueOf(name, value), place = this.#list.findIndex((pair) => pair[0] === key);
    if (place < 0) { add(this.#list, [key, own]); return; }
    this.#list = this.#list.filter((pair, i) => pair[0] !== key || i === place).map((pair) => (pair[0] === key ? [key, own] : pair));
  }
  delete(name) { name = lower(name); this.#list = this.#list.filter((pair) => pair[0] !== name); }
  has(name) { name = lower(name); return this.#list.some((pair) => pair[0] === name); }
  get(name) {
    name = lower(name);
    const values = this.#list.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    return values.length ? values.join(', ') : null;
  }
  getSetCookie() { return this.#list.filter((pair) => pair[0] === 'set-cookie').map((pair) => pair[1]); }
  forEach(visit, self) {
    if (typeof visit !== 'function') raise(say.takes_function('Headers.forEach', typeof visit));
    for (const [name, value] of this) Reflect.apply(visit, self, [value, name, this]);
  }
  // By their names; cookies one by one.
  * entries() {
    const names = [...new Set(this.#list.map((pair) => pair[0]))].sort();
    for (const name of names) {
      if (name === 'set-cookie') for (const value of this.getSetCookie()) yield [name, value];
      else yield [name, this.get(name)];
    }
  }
  * keys() { for (const [name] of this) yield name; }
  * values() { for (const [, value] of this) yield value; }
}
define(Headers.prototype, iterator, Headers.prototype.entries);

// --- Bodies.

// What is sent, and its type. Undefined: nothing.
const bytesOf = (body, what) => {
  if (body === undefined || body === null) return undefined;
  if (isView(body)) return { bytes: new View(body.buffer, body.byteOffset, body.byteLength).slice() };
  if (body instanceof Buffer) return { bytes: new View(body).slice() };
  if (typeof body === 'object' && guest.isSearch(body)) return { bytes: toBytes(body.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  const word = text(body) ?? (typeof body === 'number' || typeof body === 'boolean' ? body + '' : undefined);
  if (word === undefined) raise(what + ' takes a text, bytes or URLSearchParams as its body, not a ' + typeName(body) + ': JSON.stringify makes a text of it');
  return { bytes: toBytes(word), type: 'text/plain;charset=UTF-8' };
};

// Where a body comes from: bytes that are there, or a number of the host's. Copies share it.
class Source {
  constructor(bytes, number, signal) {
    this.bytes = bytes;
    this.number = number;
    this.signal = signal;
    this.copies = 1;
    this.whole = undefined;
  }
  all() {
    if (this.bytes) return Promise.resolve(this.bytes);
    this.whole ??= (async () => {
      await until(this.signal, () => receive(this.number, true));
      return (this.bytes = take(this.number));
    })();
    return this.whole;
  }
  // The next piece; undefined at the end.
  async piece() {
    if (await until(this.signal, () => receive(this.number, false))) return take(this.number);
    return undefined;
  }
}

class Body {
  #source;
  #used = false;
  #stream;
  constructor(by, source) {
    if (by !== made) raise('there is no body of its own: new Response(body) and new Request(url, {body}) have one');
    this.#source = source;
  }
  get bodyUsed() { return this.#used; }
  static {
    guest.copyBody = (from, what) => {
      if (from.#used) raise(what + ': its body was read already');
      if (from.#source) from.#source.copies++;
      return from.#source;
    };
    // The same, and nobody reads it there any more.
    guest.moveBody = (from, what) => {
      if (from.#used) raise(what + ': its body was read already');
      if (from.#source) from.#used = true;
      return from.#source;
    };
  }
  async #all(what) {
    if (this.#used) raise(what + ': the body was read already');
    if (!this.#source) return new View(0);
    this.#used = true;
    return this.#source.copies > 1 ? (await this.#source.all()).slice() : this.#source.all();
  }
  async bytes() { return this.#all('bytes'); }
  async arrayBuffer() {
    const bytes = await this.#all('arrayBuffer');
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }
  async text() {
    const found = toText(await this.#all('text'));
    return found[0] === '\ufeff' ? found.slice(1) : found;
  }
  async json() {
    const found = toText(await this.#all('json'));
    return parse(found[0] === '\ufeff' ? found.slice(1) : found);
  }
  async blob() { raise('there are no Blobs: bytes() gives a Uint8Array'); }
  async formData() { raise("there is no FormData: new URLSearchParams(await response.text()) reads what forms send"); }
  get body() {
    if (!this.#source) return null;
    return (this.#stream ??= stream(this.#source, () => {
      if (this.#used) raise('body: it was read already');
      this.#used = true;
    }));
  }
}

// Of a ReadableStream what is used of it.
const stream = (source, begin) => {
  let begun = false, over = false, locked = false;
  const next = async () => {
    if (!begun) { begin(); begun = true; }
    if (over) return { value: undefined, done: true };
    let value;
    if (source.bytes || source.copies > 1) {
      value = await source.all();
      over = true;
    } else {
      value = await source.piece();
      over = value === undefined;
    }
    return value === undefined ? { value, done: true } : { value, done: false };
  };
  const cancel = async () => {
    over = true;
    if (!source.bytes && source.copies === 1) release(source.number);
  };
  const pieces = () => ({
    next, async return(value) { await cancel(); return { value, done: true }; }, [asyncIterator]() { return this; },
  });
  const getReader = (options) => {
    if (options?.mode !== undefined) raise('getReader takes no mode here: read() gives Uint8Arrays');
    if (locked) raise('body.getReader: there is a reader already');
    locked = true;
    return { read: next, cancel, releaseLock: () => { locked = false; } };
  };
  const all = guest.namespace({ getReader, cancel, values: pieces }, 'the body of a response');
  defineProperty(all, 'locked', { get: () => locked });
  defineProperty(all, asyncIterator, { value: pieces });
  return all;
};

// --- Requests and responses.

// What else a browser takes, with the one value that is so here.
const settled = { __proto__: null, mode: ['cors'], credentials: ['omit', 'same-origin'], cache: ['default', 'no-store'], keepalive: [false], referrer: ['no-referrer', ''], referrerPolicy: ['no-referrer', ''], duplex: ['half'], priority: ['auto'], integrity: [''] };
const known = { __proto__: null, method: 0, headers: 0, body: 0, redirect: 0, signal: 0 };

const check = (init, what) => {
  if (init === undefined || init === null) return {};
  if (typeName(init) !== 'object') raise(what + ' takes an object of options, not a ' + typeName(init));
  for (const name of Object.keys(init)) {
    if (name in known || init[name] === undefined) continue;
    if (!(name in settled)) raise(say.no_option(what, name, guest.nearest(name, { ...known, ...settled })));
    if (!settled[name].includes(init[name])) raise(what + ": '" + name + "' can't be " + guest.show([init[name]]) + ' here');
  }
  return init;
};

class Request extends Body {
  constructor(input, init, by) {
    init = check(init, 'Request');
    const from = input instanceof Request ? input : undefined, given = bytesOf(init.body, 'Request');
    super(made, given ? new Source(given.bytes) : from && init.body === undefined ? (by === made ? guest.copyBody(from, 'clone') : guest.moveBody(from, 'Request')) : undefined);
    const url = from ? from.url : input instanceof OwnURL ? input.href : text(input);
    if (url === undefined) raise(say.takes_text('fetch', 'an address', typeName(input)));
    const usual = (init.method ?? from?.method ?? 'GET') + '', high = usual.toUpperCase();
    const method = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(high) ? high : usual;
    const headers = new Headers(init.headers ?? from?.headers);
    if (given?.type && !headers.has('content-type')) headers.append('content-type', given.type);
    const signal = init.signal === null ? undefined : init.signal ?? from?.signal;
    if (signal !== undefined && !guest.isSignal(signal)) raise('fetch: a signal must be an AbortSignal, not a ' + typeName(signal));
    const fields = { url, method, headers, redirect: init.redirect ?? from?.redirect ?? 'follow', signal };
    for (const name of Object.keys(fields)) defineProperty(this, name, { __proto__: null, value: fields[name], enumerable: true });
  }
  clone() { return new Request(this, undefined, made); }
}

class Response extends Body {
  constructor(body, init, by, head, signal) {
    const own = by === made, given = own ? undefined : bytesOf(body, 'Response');
    super(made, own ? body : given && new Source(given.bytes));
    const headers = new Headers(own ? head.headers : init?.headers);
    if (given?.type && !headers.has('content-type')) headers.append('content-type', given.type);
    const status = own ? head.status : init?.status ?? 200;
    if (!own && !(Number.isInteger(status) && status >= 200 && status <= 599)) raise('Response takes a status from 200 to 599, not ' + guest.show([status]));
    const fields = {
      status, ok: status >= 200 && status < 300, statusText: own ? head.reason : (init?.statusText ?? '') + '', headers, type: own ? 'basic' : 'default',
      url: own ? head.url.split('#')[0] : '', redirected: own && head.redirected,
    };
    for (const name of Object.keys(fields)) defineProperty(this, name, { __proto__: null, value: fields[name], enumerable: true });
  }
  clone() { return new Response(guest.copyBody(this, 'clone'), undefined, made, { status: this.status, reason: this.statusText, headers: guest.headerList(this.headers), url: this.url, redirected: this.redirected }); }
  static json(data, init) {
    const headers = new Headers(init?.headers);
    if (!headers.has('content-type')) headers.append('content-type', 'application/json');
    return new Response(stringify(data), { ...init, headers });
  }
  static redirect() { raise('Response.redirect: a spell answers no requests'); }
  static error() { raise('Response.error: a spell answers no requests'); }
}

const fetch = async (input, init) => {
  const asked = new Request(input, init), bytes = await asked.bytes();
  const head = { url: asked.url, method: asked.method }, list = guest.headerList(asked.headers), about = guest.signalState(asked.signal);
  if (list.length) head.headers = list;
  if (asked.redirect !== 'follow') head.redirect = asked.redirect;
  const found = await until(about, () => request(head, bytes.length || asked.bodyUsed ? bytes : undefined));
  return new Response(found.body === undefined ? undefined : new Source(undefined, found.body, about), undefined, made, found);
};

for (const one of [Headers, Request, Response]) {
  defineProperty(one.prototype, toStringTag, { __proto__: null, value: one.name, configurable: true });
  define(globalThis, one.name, one);
}
define(globalThis, 'fetch', fetch);

// The URL standard's parser. An address is a record {scheme, username, password, host, port, path, query, fragment}: `host` null
// where there is none, `path` a list, or a text where it is opaque, as in "mailto:a@b".
// After: url_host.
const { parseHost, percentEncode, encodeSets: sets } = guest;

const ports = { __proto__: null, 'ftp:': 21, 'file:': null, 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };
const isSpecial = (scheme) => scheme + ':' in ports;
guest.isSpecial = isSpecial;
const isDrive = (text) => /^[a-z][:|]$/i.test(text);
const startsWithDrive = (text) => /^[a-z][:|]([/\\?#]|$)/i.test(text);
const isSlash = (url, letter) => letter === '/' || (letter === '\\' && isSpecial(url.scheme));

// Where the first of these characters stands, or the text ends.
const find = (text, from, pattern) => {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found ? found.index : text.length;
};
const endOfAuthority = (url, text, from) => find(text, from, isSpecial(url.scheme) ? /[/\\?#]/g : /[/?#]/g);

const shorten = (url) => {
  if (url.scheme === 'file' && url.path.length === 1 && /^[a-z]:$/i.test(url.path[0])) return;
  url.path.pop();
};

// From `at`, behind the slash that begins the path. Gives where it ends.
const parsePath = (url, text, at, alone) => {
  const marks = alone ? (isSpecial(url.scheme) ? /[/\\]/g : /\//g) : isSpecial(url.scheme) ? /[/\\?#]/g : /[/?#]/g;
  for (;;) {
    const end = find(text, at, marks), slash = end < text.length && isSlash(url, text[end]);
    let segment = percentEncode(text.slice(at, end), sets.path);
    if (/^(\.|%2e)(\.|%2e)$/i.test(segment)) {
      shorten(url);
      if (!slash) url.path.push('');
    } else if (/^(\.|%2e)$/i.test(segment)) {
      if (!slash) url.path.push('');
    } else {
      if (url.scheme === 'file' && !url.path.length && isDrive(segment)) segment = segment[0] + ':';
      url.path.push(segment);
    }
    if (!slash) return end;
    at = end + 1;
  }
};
// From the end of the authority.
const startPath = (url, text, at, alone) => {
  if (isSpecial(url.scheme)) return parsePath(url, text, isSlash(url, text[at]) ? at + 1 : at, alone);
  if (alone && at === text.length && url.host === null) url.path.push('');
  if (at === text.length || (!alone && (text[at] === '?' || text[at] === '#'))) return at;
  return parsePath(url, text, text[at] === '/' ? at + 1 : at, alone);
};

const setPort = (url, digits) => {
  if (digits === '') return true;
  if (!/^[0-9]+$/.test(digits) || Number(digits) > 65535) return false;
  url.port = Number(digits) === ports[url.scheme + ':'] ? null : Number(digits);
  return true;
};
// Where the colon of the port stands, or -1.
const colonOf = (text) => {
  for (let i = 0, inside = false; i < text.length; i++)
    if (text[i] === '[') inside = true;
    else if (text[i] === ']') inside = false;
    else if (text[i] === ':' && !inside) return i;
  return -1;
};
// Gives where it ends, or -1: it is none.
const parseAuthority = (url, text, at) => {
  const end = endOfAuthority(url, text, at), all = text.slice(at, end), sign = all.lastIndexOf('@'), host = all.slice(sign + 1);
  if (sign >= 0) {
    if (host === '') return -1;
    const colon = all.slice(0, sign).indexOf(':');
    url.username = percentEncode(all.slice(0, colon < 0 ? sign : colon), sets.user);
    if (colon >= 0) url.password = percentEncode(all.slice(colon + 1, sign), sets.user);
  }
  const colon = colonOf(host), name = colon < 0 ? host : host.slice(0, colon);
  if (name === '' && (isSpecial(url.scheme) || colon >= 0)) return -1;
  url.host = name === '' ? '' : parseHost(name, isSpecial(url.scheme));
  return url.host === undefined || (colon >= 0 && !setPort(url, host.slice(colon + 1))) ? -1 : end;
};

const copyFrom = (url, base, path) => {
  url.username = base.username;
  url.password = base.password;
  url.host = base.host;
  url.port = base.port;
  if (path) [url.path, url.query] = [[...base.path], base.query];
};

const skipSlashes = (text, at) => {
  while (text[at] === '/' || text[at] === '\\') at++;
  return at;
};
const authorityAndPath = (url, text, at) => {
  const end = parseAuthority(url, text, at);
  return end < 0 ? -1 : startPath(url, text, end);
};

const parseRelative = (url, text, at, base) => {
  url.scheme = base.scheme;
  if (isSlash(url, text[at])) {
    if (isSlash(url, text[at + 1])) return authorityAndPath(url, text, isSpecial(url.scheme) ? skipSlashes(text, at) : at + 2);
    copyFrom(url, base);
    return parsePath(url, text, at + 1);
  }
  copyFrom(url, base, true);
  if (at === text.length || text[at] === '#') return at;
  url.query = null;
  if (text[at] === '?') return at;
  shorten(url);
  return parsePath(url, text, at);
};

const fileHost = (text) => {
  const host = parseHost(text, true);
  return host === 'localhost' ? '' : host;
};
const parseFile = (url, text, at, base) => {
  url.scheme = 'file';
  url.host = '';
  const slash = (place) => text[place] === '/' || text[place] === '\\';
  if (base?.scheme !== 'file') base = undefined;
  if (slash(at) && slash(at + 1)) {
    const end = find(text, at + 2, /[/\\?#]/g), name = text.slice(at + 2, end);
    if (isDrive(name)) return parsePath(url, text, at + 2);
    if (name !== '') url.host = fileHost(name);
    return url.host === undefined ? -1 : startPath(url, text, end);
  }
  if (slash(at)) {
    if (base) url.host = base.host;
    if (base && !startsWithDrive(text.slice(at + 1)) && /^[a-z]:$/i.test(base.path[0])) url.path.push(base.path[0]);
    return parsePath(url, text, at + 1);
  }
  if (!base) return parsePath(url, text, at);
  copyFrom(url, base, true);
  if (at === text.length || text[at] === '#') return at;
  url.query = null;
  if (text[at] === '?') return at;
  if (startsWithDrive(text.slice(at))) url.path = [];
  else shorten(url);
  return parsePath(url, text, at);
};

const setQuery = (url, text) => { url.query = percentEncode(text, isSpecial(url.scheme) ? sets.specialQuery : sets.query); };
const setFragment = (url, text) => { url.fragment = percentEncode(text, sets.fragment); };

// Up to the query: gives where that, or the fragment, begins; -1: it is no address.
const parseFront = (url, text, base) => {
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(text)?.[0];
  if (scheme === undefined) {
    if (!base) return -1;
    if (typeof base.path === 'string') {
      if (text[0] !== '#') return -1;
      Object.assign(url, base, { fragment: null });
      return 0;
    }
    return base.scheme === 'file' ? parseFile(url, text, 0, base) : parseRelative(url, text, 0, base);
  }
  url.scheme = scheme.toLowerCase();
  const at = scheme.length + 1;
  if (url.scheme === 'file') return parseFile(url, text, at, base);
  if (isSpecial(url.scheme)) {
    if (base?.scheme === url.scheme && !(text[at] === '/' && text[at + 1] === '/')) return parseRelative(url, text, at, base);
    return authorityAndPath(url, text, skipSlashes(text, at));
  }
  if (text[at] === '/') return text[at + 1] === '/' ? authorityAndPath(url, text, at + 2) : parsePath(url, text, at + 1);
  const end = find(text, at, /[?#]/g);
  url.path = percentEncode(text.slice(at, end), sets.control);
  return end;
};

const clean = (text) => text.replace(/[\t\n\r]/g, '');

// The record, or undefined.
guest.parseUrl = (given, base) => {
  const text = clean(given.toWellFormed().replace(/^[\0-\x20]+|[\0-\x20]+$/g, ''));
  const url = { scheme: '', username: '', password: '', host: null, port: null, path: [], query: null, fragment: null };
  const at = parseFront(url, text, base);
  if (at < 0) return undefined;
  const hash = find(text, at, /#/g);
  if (text[at] === '?') setQuery(url, text.slice(at + 1, hash));
  if (hash < text.length) setFragment(url, text.slice(hash + 1));
  return url;
};

guest.urlHost = (url) => (url.host === null ? '' : url.port === null ? url.host : url.host + ':' + url.port);
guest.urlPath = (url) => (typeof url.path === 'string' ? url.path : url.path.map((segment) => '/' + segment).join(''));
guest.urlText = (url) => {
  const user = url.username + (url.password === '' ? '' : ':' + url.password), path = guest.urlPath(url);
  const front = url.host !== null ? '//' + (user === '' ? '' : user + '@') + guest.urlHost(url)
    : typeof url.path !== 'string' && url.path.length > 1 && url.path[0] === '' ? '/.' : '';
  return url.scheme + ':' + front + path + (url.query === null ? '' : '?' + url.query) + (url.fragment === null ? '' : '#' + url.fragment);
};

// What an assignment to a part makes of it; what it can't be is left as it was.
const hasUser = (url) => url.username !== '' || url.password !== '';
const hasNoUser = (url) => url.host === null || url.host === '' || url.scheme === 'file';
const isOpaque = (url) => typeof url.path === 'string';
const stripSpaces = (url) => { if (isOpaque(url) && url.query === null && url.fragment === null) url.path = url.path.replace(/ +$/, ''); };

const setHost = (url, text, nameOnly) => {
  if (isOpaque(url)) return;
  if (url.scheme === 'file') {
    const name = text.slice(0, find(text, 0, /[/\\?#]/g)), host = name === '' ? '' : fileHost(name);
    if (host !== undefined) url.host = host;
    return;
  }
  const all = text.slice(0, endOfAuthority(url, text, 0)), colon = colonOf(all), name = colon < 0 ? all : all.slice(0, colon);
  if (colon >= 0 && (name === '' || nameOnly)) return;
  if (name === '' && (isSpecial(url.scheme) || hasUser(url) || url.port !== null)) return;
  const host = name === '' ? '' : parseHost(name, isSpecial(url.scheme));
  if (host === undefined) return;
  url.host = host;
  if (colon >= 0) setPort(url, /^[0-9]*/.exec(all.slice(colon + 1))[0]);
};

guest.urlSetters = {
  __proto__: null,
  protocol(url, text) {
    const scheme = /^([a-z][a-z0-9+.-]*)(:|$)/i.exec(clean(text))?.[1].toLowerCase();
    if (scheme === undefined || isSpecial(scheme) !== isSpecial(url.scheme)) return;
    if (scheme === 'file' && (hasUser(url) || url.port !== null)) return;
    if (url.scheme === 'file' && !url.host) return;
    url.scheme = scheme;
    if (url.port === ports[scheme + ':']) url.port = null;
  },
  username(url, text) { if (!hasNoUser(url)) url.username = percentEncode(text, sets.user); },
  password(url, text) { if (!hasNoUser(url)) url.password = percentEncode(text, sets.user); },
  host(url, text) { setHost(url, clean(text), false); },
  hostname(url, text) { setHost(url, clean(text), true); },
  port(url, text) {
    if (hasNoUser(url)) return;
    if (text === '') url.port = null;
    else setPort(url, /^[0-9]*/.exec(clean(text))[0]);
  },
  pathname(url, text) {
    if (isOpaque(url)) return;
    url.path = [];
    startPath(url, clean(text), 0, true);
  },
  search(url, text) {
    if (text === '') url.query = null;
    else setQuery(url, clean(text[0] === '?' ? text.slice(1) : text));
    stripSpaces(url);
  },
  hash(url, text) {
    if (text === '') url.fragment = null;
    else setFragment(url, clean(text[0] === '#' ? text.slice(1) : text));
    stripSpaces(url);
  },
};

// TextEncoder and TextDecoder. Late, as all that few runs use: what runs write lies together then.
// After: options, workflow_names.
const { encode, decode } = raw.encoding;
const { define, raise } = guest;
const { apply } = Reflect;
const { toLowerCase, trim } = String.prototype;
const { fromCharCode } = String;
const OwnString = String, OwnRangeError = RangeError, View = Uint8Array, Buffer = ArrayBuffer, Shared = SharedArrayBuffer, isView = ArrayBuffer.isView;

guest.toBytes = (text) => encode(text);
guest.toText = (bytes) => decode(bytes, false, false)[0];

class TextEncoder {
  get encoding() { return 'utf-8'; }
  encode(text = '') { return encode(OwnString(text)); }
  // Gives how much fits: code units of the text, and bytes.
  encodeInto(text, into) {
    if (!(into instanceof View)) raise('TextEncoder.encodeInto takes a text and a Uint8Array');
    const bytes = encode(OwnString(text));
    let fits = bytes.length;
    if (fits > into.length) for (fits = into.length; fits > 0 && (bytes[fits] & 192) === 128; fits--);
    const part = bytes.subarray(0, fits);
    into.set(part);
    return { read: guest.toText(part).length, written: fits };
  }
}

const labels = { __proto__: null };
const name = (encoding, ...all) => { for (let i = 0; i < all.length; i++) labels[all[i]] = encoding; };
name('utf-8', 'utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8');
name('utf-16le', 'utf-16le', 'utf-16', 'ucs-2', 'iso-10646-ucs-2', 'unicode', 'csunicode', 'unicodefeff');
name('utf-16be', 'utf-16be', 'unicodefffe');
name('windows-1252', 'windows-1252', 'cp1252', 'x-cp1252', 'latin1', 'l1', 'iso-8859-1', 'iso8859-1', 'iso88591', 'iso_8859-1', 'ascii', 'us-ascii', 'ansi_x3.4-1968');

const high = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'; // windows-1252 from 128 to 159

const bytesOf = (given) => {
  if (given === undefined) return new View(0);
  if (isView(given)) return new View(given.buffer, given.byteOffset, given.byteLength);
  if (given instanceof Buffer || given instanceof Shared) return new View(given);
  return raise('TextDecoder.decode takes bytes: a Uint8Array, another view or an ArrayBuffer, not a ' + guest.typeName(given));
};

class TextDecoder {
  #encoding;
  #fatal;
  #keepsMark;
  #left = new View(0); // of a character whose end is still to come
  #begun = false; // what may be a byte order mark has been seen
  constructor(label = 'utf-8', options = {}) {
    const known = labels[apply(toLowerCase, apply(trim, OwnString(label), []), [])];
    if (!known) throw new OwnRangeError("TextDecoder knows utf-8, utf-16le, utf-16be and windows-1252, not '" + label + "'");
    this.#encoding = known;
    this.#fatal = !!options?.fatal;
    this.#keepsMark = !!options?.ignoreBOM;
  }
  get encoding() { return this.#encoding; }
  get fatal() { return this.#fatal; }
  get ignoreBOM() { return this.#keepsMark; }
  #refuse() {
    this.#left = new View(0);
    this.#begun = false;
    raise('TextDecoder.decode: these bytes are no ' + this.#encoding);
  }
  #utf8(bytes, more) {
    const found = decode(bytes, this.#fatal, more);
    if (!found) this.#refuse();
    this.#left = bytes.slice(bytes.length - found[1]);
    return found[0];
  }
  #utf16(bytes, more) {
    const low = this.#encoding === 'utf-16le' ? 0 : 1;
    let end = bytes.length & ~1, made = '';
    const unit = (i) => bytes[i + low] | (bytes[i + 1 - low] << 8);
    if (more && end && (unit(end - 2) & 0xfc00) === 0xd800) end -= 2;
    for (let i = 0; i < end; i += 2) made += fromCharCode(unit(i));
    const whole = made.toWellFormed() + (!more && bytes.length & 1 ? '\ufffd' : '');
    if (this.#fatal && whole !== made) this.#refuse();
    this.#left = more ? bytes.slice(end) : new View(0);
    return whole;
  }
  #latin(bytes) {
    let made = '';
    for (let i = 0; i < bytes.length; i++) made += bytes[i] >= 128 && bytes[i] < 160 ? high[bytes[i] - 128] : fromCharCode(bytes[i]);
    return made;
  }
  decode(given, options = {}) {
    const more = !!options?.stream, next = bytesOf(given), left = this.#left;
    let bytes = next;
    if (left.length) {
      bytes = new View(left.length + next.length);
      bytes.set(left);
      bytes.set(next, left.length);
    }
    let text = this.#encoding === 'utf-8' ? this.#utf8(bytes, more) : this.#encoding === 'windows-1252' ? this.#latin(bytes) : this.#utf16(bytes, more);
    if (!this.#begun && text !== '') {
      this.#begun = true;
      if (text[0] === '\ufeff' && !this.#keepsMark && this.#encoding !== 'windows-1252') text = text.slice(1);
    }
    if (!more) this.#begun = false;
    return text;
  }
}
for (const one of [TextEncoder, TextDecoder]) {
  Object.defineProperty(one.prototype, Symbol.toStringTag, { __proto__: null, value: one.name, configurable: true });
  define(globalThis, one.name, one);
}

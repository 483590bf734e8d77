// JSON text (RFC 8259, strictly) -> JavaScript value. Integers that a number can't hold become BigInts.
#include <math.h>
#include <stdio.h>

#include "dtoa.h"
#include "guest.h"

typedef struct {
  context *c;
  const char *start, *at, *end;
  int nodes;
} decoder;

static JSValue decode_any(decoder *d, const path *at);

static JSValue fail(decoder *d, const char *place, const path *at, const char *what) {
  int line = 1;
  const char *begin = d->start;
  for (const char *p = d->start; p < place; p++)
    if (*p == '\n') line++, begin = p + 1;
  char text[160];
  snprintf(text, sizeof text, "JSON, line %d, column %d: %.100s", line, (int)(place - begin) + 1, what);
  if (at && at->up) path_error(d->c, at, text); else throw_text(d->c, text);
  return JS_EXCEPTION;
}

static void skip_space(decoder *d) {
  while (d->at < d->end && (*d->at == ' ' || *d->at == '\n' || *d->at == '\r' || *d->at == '\t')) d->at++;
}

static int peek(decoder *d) { return d->at < d->end ? (unsigned char)*d->at : -1; }

static bool digit(int c) { return c >= '0' && c <= '9'; }

static JSValue decode_word(decoder *d, const char *word, JSValue value, const path *at) {
  size_t length = strlen(word);
  if ((size_t)(d->end - d->at) < length || memcmp(d->at, word, length)) return fail(d, d->at, at, "not a JSON value");
  d->at += length;
  return value;
}

static JSValue read_float(decoder *d, const char *start, const path *at) {
  char small[64], *text = small;
  size_t length = d->at - start;
  if (length >= sizeof small && !(text = js_malloc(d->c, length + 1))) return JS_EXCEPTION;
  memcpy(text, start, length);
  text[length] = 0; // its end must be marked
  JSATODTempMem memory;
  double number = js_atod(text, NULL, 10, 0, &memory);
  if (text != small) js_free(d->c, text);
  return isfinite(number) ? JS_NewFloat64(d->c, number) : fail(d, start, at, "a number is too large");
}

static JSValue decode_number(decoder *d, const path *at) {
  const char *start = d->at;
  bool negative = *d->at == '-', exact = true, fits = true, exponent = false;
  int decimals = 0;
  uint64_t value = 0, limit = negative ? (uint64_t)1 << 63 : INT64_MAX;
  d->at += negative;
  if (!digit(peek(d))) return fail(d, d->at, at, "a number lacks its digits");
  if (peek(d) == '0' && d->at + 1 < d->end && digit(d->at[1])) return fail(d, d->at, at, "a number starts with 0");
  for (; digit(peek(d)); d->at++) {
    unsigned next = *d->at - '0';
    if (value > (limit - next) / 10) fits = false;
    else value = value * 10 + next;
  }
  if (peek(d) == '.') {
    exact = false;
    d->at++;
    if (!digit(peek(d))) return fail(d, d->at, at, "a number lacks digits after its point");
    for (; digit(peek(d)); d->at++) {
      if (value >= 1000000000000000 || decimals == 22) fits = false;
      else value = value * 10 + (*d->at - '0'), decimals++;
    }
  }
  if (peek(d) == 'e' || peek(d) == 'E') {
    exact = false, exponent = true;
    d->at++;
    if (peek(d) == '+' || peek(d) == '-') d->at++;
    if (!digit(peek(d))) return fail(d, d->at, at, "a number lacks its exponent");
    while (digit(peek(d))) d->at++;
  }
  if (exact) {
    // Rounding it to a number would lose digits of an id or an amount without a word.
    if (!fits) return fail(d, start, at, "an integer does not fit into 64 bits");
    if (!value && negative) return JS_NewFloat64(d->c, -0.0);
    if (value > (uint64_t)1 << 53) return JS_NewBigInt64(d->c, (int64_t)(negative ? 0 - value : value));
    return JS_NewInt64(d->c, negative ? -(int64_t)value : (int64_t)value);
  }
  if (!fits || exponent || value >= (uint64_t)1 << 53) return read_float(d, start, at);
  // Both are exact as floats, so that their quotient is rounded just once, as it must be.
  double power = 1, size = (double)value;
  for (int i = 0; i < decimals; i++) power *= 10;
  return JS_NewNumber(d->c, (negative ? -size : size) / power);
}

// After the u. Negative: thrown.
static int decode_hex(decoder *d) {
  int value = 0;
  for (int i = 0; i < 4; i++, d->at++) {
    int c = peek(d);
    int nibble = digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
    if (nibble > 15) return fail(d, d->at, NULL, "\\u takes four hexadecimal digits"), -1;
    value = value * 16 + nibble;
  }
  return value;
}

static char *decode_escape(decoder *d, char *to) { // after the backslash; NULL: thrown
  static const char from[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
  const char *place = d->at - 1;
  int c = peek(d);
  const char *found = c > 0 ? strchr(from, c) : NULL;
  if (found) return d->at++, *to++ = meaning[found - from], to;
  if (c != 'u') return fail(d, place, NULL, "no such escape in a string"), NULL;
  d->at++;
  int code = decode_hex(d);
  if (code < 0) return NULL;
  if (code >= 0xd800 && code < 0xdc00 && d->end - d->at >= 2 && d->at[0] == '\\' && d->at[1] == 'u') {
    d->at += 2;
    int low = decode_hex(d);
    if (low < 0) return NULL;
    if (low < 0xdc00 || low > 0xdfff) return fail(d, place, NULL, "half of a surrogate pair"), NULL;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xd800 && code < 0xe000)
    return fail(d, place, NULL, "half of a surrogate pair"), NULL;
  return put_utf8(to, code);
}

static bool unescape(decoder *d, char *to, size_t *length) {
  char *begin = to;
  while (peek(d) != '"') {
    if (d->at >= d->end) return fail(d, d->end, NULL, "a string does not end"), false;
    if ((unsigned char)*d->at < 0x20) return fail(d, d->at, NULL, "a control character in a string must be escaped"), false;
    if (*d->at != '\\') *to++ = *d->at++;
    else if (d->at++, !(to = decode_escape(d, to))) return false;
  }
  d->at++;
  *length = to - begin;
  return true;
}

static JSValue decode_string(decoder *d) {
  const char *start = ++d->at;
  d->at = find_special(d->at, d->end);
  if (peek(d) == '"') return JS_NewStringLen(d->c, start, d->at++ - start);
  // With escapes: no longer than as it stands. Its end is the next quote that has no backslash before it.
  const char *close = d->at;
  while (close < d->end && *close != '"') close += *close == '\\' && d->end - close > 1 ? 2 : 1;
  size_t plain = d->at - start, rest;
  char *text = js_malloc(d->c, close - start + 1);
  if (!text) return JS_EXCEPTION;
  memcpy(text, start, plain);
  JSValue value = unescape(d, text + plain, &rest) ? JS_NewStringLen(d->c, text, plain + rest) : JS_EXCEPTION;
  js_free(d->c, text);
  return value;
}

static bool decode_items(decoder *d, JSValueConst list, const path *at) {
  d->at++;
  skip_space(d);
  if (peek(d) == ']') return d->at++, true;
  for (uint32_t i = 0;; i++) {
    path step = {.up = at, .position = i, .depth = at->depth + 1};
    JSValue value = decode_any(d, &step);
    // Defined, not set: a spell may have put setters into the prototypes.
    if (JS_IsException(value) || JS_DefinePropertyValueUint32(d->c, list, i, value, JS_PROP_C_W_E) < 0) return false;
    skip_space(d);
    if (peek(d) == ']') return d->at++, true;
    if (peek(d) != ',') return fail(d, d->at, at, "a list goes on with , or ends with ]"), false;
    d->at++;
  }
}

static bool decode_member(decoder *d, JSValueConst object, const path *at) {
  context *c = d->c;
  skip_space(d);
  const char *place = d->at;
  if (peek(d) != '"') return fail(d, d->at, at, "an object needs a key in quotes"), false;
  JSValue name = decode_string(d);
  if (JS_IsException(name)) return false;
  JSAtom key = JS_ValueToAtom(c, name);
  JS_FreeValue(c, name);
  if (key == JS_ATOM_NULL) return false;
  path step = {.up = at, .key = key, .depth = at->depth + 1};
  bool good = false;
  skip_space(d);
  if (JS_GetOwnProperty(c, NULL, object, key)) fail(d, place, &step, "the same key again");
  else if (peek(d) != ':') fail(d, d->at, &step, "a key is followed by :");
  else {
    d->at++;
    JSValue value = decode_any(d, &step);
    good = !JS_IsException(value) && JS_DefinePropertyValue(c, object, key, value, JS_PROP_C_W_E) >= 0;
  }
  JS_FreeAtom(c, key);
  return good;
}

static bool decode_members(decoder *d, JSValueConst object, const path *at) {
  d->at++;
  skip_space(d);
  if (peek(d) == '}') return d->at++, true;
  while (decode_member(d, object, at)) {
    skip_space(d);
    if (peek(d) == '}') return d->at++, true;
    if (peek(d) != ',') return fail(d, d->at, at, "an object goes on with , or ends with }"), false;
    d->at++;
  }
  return false;
}

static JSValue decode_container(decoder *d, const path *at) {
  if (!fits_depth(at->depth + 1)) return fail(d, d->at, at, too_deep("it is"));
  bool list = *d->at == '[';
  JSValue value = list ? JS_NewArray(d->c) : JS_NewObject(d->c);
  if (JS_IsException(value) || (list ? decode_items(d, value, at) : decode_members(d, value, at))) return value;
  JS_FreeValue(d->c, value);
  return JS_EXCEPTION;
}

static JSValue decode_any(decoder *d, const path *at) {
  if (!fits_parts(++d->nodes)) return fail(d, d->at, at, too_many_parts());
  skip_space(d);
  switch (peek(d)) {
  case '{': case '[': return decode_container(d, at);
  case '"': return decode_string(d);
  case 't': return decode_word(d, "true", JS_TRUE, at);
  case 'f': return decode_word(d, "false", JS_FALSE, at);
  case 'n': return decode_word(d, "null", JS_NULL, at);
  case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
    return decode_number(d, at);
  case -1: return fail(d, d->at, at, "the text ends too early");
  default: return fail(d, d->at, at, "not a JSON value");
  }
}

JSValue decode(context *c, const char *text, size_t length) {
  decoder d = {.c = c, .start = text, .at = text, .end = text + length};
  if (length > MAX_FROM_HOST) return throw_text(c, "JSON text is over 64 MiB");
  const char *invalid = find_invalid_utf8(text, length);
  if (invalid) return fail(&d, invalid, NULL, "not valid UTF-8");
  path root = {0};
  JSValue value = decode_any(&d, &root);
  skip_space(&d);
  if (JS_IsException(value) || d.at == d.end) return value;
  JS_FreeValue(c, value);
  return fail(&d, d.at, NULL, "something follows the value");
}

JSValue from_json(context *c, spell_string_t *json) {
  JSValue value = decode(c, (char *)json->ptr, json->len);
  spell_string_free(json);
  return value;
}

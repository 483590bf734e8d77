// JSON text (RFC 8259, strictly) -> Lua value.
#include <math.h>
#include <stdlib.h>

#include "guest.h"

typedef struct {
  lua_State *l;
  const char *start, *at, *end;
  int nodes;
} decoder;

static void decode_any(decoder *d, const path *at);

static int fail(decoder *d, const char *place, const path *at, const char *what) {
  int line = 1;
  const char *begin = d->start;
  for (const char *p = d->start; p < place; p++)
    if (*p == '\n') line++, begin = p + 1;
  lua_pushfstring(d->l, "JSON, line %d, column %d: %s", line, (int)(place - begin) + 1, what);
  if (at && at->up) return path_error(d->l, at, lua_tostring(d->l, -1));
  return luaL_error(d->l, "%s", lua_tostring(d->l, -1));
}

static void skip_space(decoder *d) {
  while (d->at < d->end && (*d->at == ' ' || *d->at == '\n' || *d->at == '\r' || *d->at == '\t')) d->at++;
}

static int peek(decoder *d) { return d->at < d->end ? (unsigned char)*d->at : -1; }

static bool digit(int c) { return c >= '0' && c <= '9'; }

static void decode_word(decoder *d, const char *word, const path *at) {
  size_t length = strlen(word);
  if ((size_t)(d->end - d->at) < length || memcmp(d->at, word, length)) fail(d, d->at, at, "not a JSON value");
  d->at += length;
}

static void decode_number(decoder *d, const path *at) {
  const char *start = d->at;
  bool negative = *d->at == '-', exact = true, fits = true, exponent = false;
  int decimals = 0;
  uint64_t value = 0, limit = negative ? (uint64_t)1 << 63 : INT64_MAX;
  d->at += negative;
  if (!digit(peek(d))) fail(d, d->at, at, "a number lacks its digits");
  if (peek(d) == '0' && d->at + 1 < d->end && digit(d->at[1])) fail(d, d->at, at, "a number starts with 0");
  for (; digit(peek(d)); d->at++) {
    unsigned next = *d->at - '0';
    if (value > (limit - next) / 10) fits = false;
    else value = value * 10 + next;
  }
  if (peek(d) == '.') {
    exact = false;
    d->at++;
    if (!digit(peek(d))) fail(d, d->at, at, "a number lacks digits after its point");
    for (; digit(peek(d)); d->at++) {
      if (value >= 1000000000000000 || decimals == 22) fits = false;
      else value = value * 10 + (*d->at - '0'), decimals++;
    }
  }
  if (peek(d) == 'e' || peek(d) == 'E') {
    exact = false, exponent = true;
    d->at++;
    if (peek(d) == '+' || peek(d) == '-') d->at++;
    if (!digit(peek(d))) fail(d, d->at, at, "a number lacks its exponent");
    while (digit(peek(d))) d->at++;
  }
  if (exact) {
    // Rounding it to a float would lose digits of an id or an amount without a word.
    if (!fits) fail(d, start, at, "an integer does not fit into 64 bits");
    lua_pushinteger(d->l, (lua_Integer)(negative ? 0 - value : value));
    return;
  }
  if (fits && !exponent && value < (uint64_t)1 << 53) {
    // Both are exact as floats, so that their quotient is rounded just once, as it must be.
    lua_Number power = 1, size = (lua_Number)value;
    for (int i = 0; i < decimals; i++) power *= 10;
    lua_pushnumber(d->l, (negative ? -size : size) / power);
    return;
  }
  lua_pushlstring(d->l, start, d->at - start); // strtod needs its end marked
  lua_Number number = strtod(lua_tostring(d->l, -1), NULL);
  lua_pop(d->l, 1);
  if (!isfinite(number)) fail(d, start, at, "a number is too large");
  lua_pushnumber(d->l, number);
}

static unsigned decode_hex(decoder *d) { // after the u
  unsigned value = 0;
  for (int i = 0; i < 4; i++, d->at++) {
    int c = peek(d);
    unsigned nibble = digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
    if (nibble > 15) fail(d, d->at, NULL, "\\u takes four hexadecimal digits");
    value = value * 16 + nibble;
  }
  return value;
}

static char *decode_escape(decoder *d, char *to) { // after the backslash
  static const char from[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
  const char *place = d->at - 1;
  int c = peek(d);
  const char *found = c > 0 ? strchr(from, c) : NULL;
  if (found) return d->at++, *to++ = meaning[found - from], to;
  if (c != 'u') fail(d, place, NULL, "no such escape in a string");
  d->at++;
  unsigned code = decode_hex(d);
  if (code >= 0xd800 && code < 0xdc00 && d->end - d->at >= 2 && d->at[0] == '\\' && d->at[1] == 'u') {
    d->at += 2;
    unsigned low = decode_hex(d);
    if (low < 0xdc00 || low > 0xdfff) fail(d, place, NULL, "half of a surrogate pair");
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xd800 && code < 0xe000)
    fail(d, place, NULL, "half of a surrogate pair");
  return put_utf8(to, code);
}

static void decode_string(decoder *d) {
  const char *start = ++d->at;
  d->at = find_special(d->at, d->end);
  if (peek(d) == '"') {
    lua_pushlstring(d->l, start, d->at++ - start);
    return;
  }
  // With escapes: no longer than as it stands. Its end is the next quote that has no backslash before it.
  const char *close = d->at;
  while (close < d->end && *close != '"') close += *close == '\\' && d->end - close > 1 ? 2 : 1;
  luaL_Buffer buffer;
  char *begin = luaL_buffinitsize(d->l, &buffer, close - start), *to = begin;
  memcpy(to, start, d->at - start);
  to += d->at - start;
  while (peek(d) != '"') {
    if (d->at >= d->end) fail(d, d->end, NULL, "a string does not end");
    if ((unsigned char)*d->at < 0x20) fail(d, d->at, NULL, "a control character in a string must be escaped");
    if (*d->at == '\\') d->at++, to = decode_escape(d, to);
    else *to++ = *d->at++;
  }
  d->at++;
  luaL_pushresultsize(&buffer, to - begin);
}

static void decode_array(decoder *d, const path *at) {
  lua_newtable(d->l);
  luaL_setmetatable(d->l, "array"); // so that it is a list again, even if it is or becomes empty
  d->at++;
  skip_space(d);
  if (peek(d) == ']') { d->at++; return; }
  for (lua_Integer i = 1;; i++) {
    path step = {.up = at, .position = i, .depth = at->depth + 1};
    decode_any(d, &step);
    lua_rawseti(d->l, -2, i);
    skip_space(d);
    if (peek(d) == ']') { d->at++; return; }
    if (peek(d) != ',') fail(d, d->at, at, "a list goes on with , or ends with ]");
    d->at++;
  }
}

static void decode_object(decoder *d, const path *at) {
  bool nulls = false;
  lua_newtable(d->l);
  d->at++;
  skip_space(d);
  if (peek(d) == '}') { d->at++; return; }
  for (;;) {
    skip_space(d);
    const char *place = d->at;
    if (peek(d) != '"') fail(d, d->at, at, "an object needs a key in quotes");
    decode_string(d);
    path step = {.up = at, .depth = at->depth + 1};
    step.key = lua_tolstring(d->l, -1, &step.length);
    lua_pushvalue(d->l, -1);
    if (lua_rawget(d->l, -3) != LUA_TNIL) fail(d, place, &step, "the same key again");
    lua_pop(d->l, 1);
    skip_space(d);
    if (peek(d) != ':') fail(d, d->at, &step, "a key is followed by :");
    d->at++;
    decode_any(d, &step);
    nulls = nulls || lua_islightuserdata(d->l, -1);
    lua_rawset(d->l, -3);
    skip_space(d);
    if (peek(d) == '}') break;
    if (peek(d) != ',') fail(d, d->at, at, "an object goes on with , or ends with }");
    d->at++;
  }
  d->at++;
  if (!nulls) return;
  // A null member is an absent one. They were kept until here so that a repeated key is found.
  for (lua_pushnil(d->l); lua_next(d->l, -2);) {
    bool null = lua_islightuserdata(d->l, -1);
    lua_pop(d->l, 1);
    if (!null) continue;
    lua_pushvalue(d->l, -1);
    lua_pushnil(d->l);
    lua_rawset(d->l, -4);
  }
}

static void decode_any(decoder *d, const path *at) {
  if (!fits_parts(++d->nodes)) fail(d, d->at, at, too_many_parts());
  luaL_checkstack(d->l, 10, "JSON nested too deep");
  skip_space(d);
  switch (peek(d)) {
  case '{': case '[':
    if (!fits_depth(at->depth + 1)) fail(d, d->at, at, too_deep("it is"));
    if (*d->at == '{') decode_object(d, at); else decode_array(d, at);
    return;
  case '"': decode_string(d); return;
  case 't': decode_word(d, "true", at), lua_pushboolean(d->l, 1); return;
  case 'f': decode_word(d, "false", at), lua_pushboolean(d->l, 0); return;
  case 'n': decode_word(d, "null", at), lua_pushlightuserdata(d->l, NULL); return;
  case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
    decode_number(d, at);
    return;
  case -1: fail(d, d->at, at, "the text ends too early"); return;
  default: fail(d, d->at, at, "not a JSON value");
  }
}

void decode(lua_State *l, const char *text, size_t length) {
  decoder d = {.l = l, .start = text, .at = text, .end = text + length};
  if (length > MAX_FROM_HOST) luaL_error(l, "JSON text is over 64 MiB");
  const char *invalid = find_invalid_utf8(text, length);
  if (invalid) fail(&d, invalid, NULL, "not valid UTF-8");
  path root = {0};
  decode_any(&d, &root);
  skip_space(&d);
  if (d.at < d.end) fail(&d, d.at, NULL, "something follows the value");
  if (lua_islightuserdata(l, -1)) lua_pop(l, 1), lua_pushnil(l);
}

// JavaScript value -> JSON text. Every property is read once, in order, straight into the text: a getter or a Proxy can
// do what it likes, but not show the host one thing and the checks another.
#include <math.h>
#include <stdio.h>

#include "dtoa.h"
#include "guest.h"

typedef struct {
  json_text *json;
  int nodes, indent;
  bool rounds; // whole numbers are written as JavaScript writes them
} encoder;

static bool encode_any(encoder *e, JSValueConst value, const path *at);

#define ADD(json, literal) json_add(json, literal, sizeof literal - 1)

static bool add_number(json_text *json, double number, bool rounds, const path *at) {
  if (isnan(number)) return path_error(json->c, at, "JSON has no NaN: found one");
  if (isinf(number)) return path_error(json->c, at, "JSON has no infinity: found one");
  if (number == 0 && signbit(number)) return ADD(json, "-0.0");
  char text[40];
  if (fabs(number) <= 0x1p53 && number == floor(number)) return json_add(json, text, write_integer(text, (int64_t)number));
  JSDTOATempMem memory;
  size_t length = js_dtoa(text, number, 10, 0, JS_DTOA_FORMAT_FREE, &memory);
  // Digits alone would be an integer, whose digits all count: these are those of a rounded number.
  if (!(rounds && fabs(number) < 0x1p63) && !memchr(text, '.', length) && !memchr(text, 'e', length)) memcpy(text + length, ".0", 2), length += 2;
  return json_add(json, text, length);
}

static bool add_bigint(json_text *json, JSValueConst value, const path *at) {
  size_t length;
  const char *text = JS_ToCStringLen(json->c, &length, value);
  if (!text) return false;
  bool negative = *text == '-', fits = length - negative < 19;
  if (length - negative == 19) fits = memcmp(text + negative, negative ? "9223372036854775808" : "9223372036854775807", 19) <= 0;
  bool good = fits ? json_add(json, text, length) : path_error(json->c, at, "an integer does not fit into 64 bits: found one");
  JS_FreeCString(json->c, text);
  return good;
}

static bool add_quoted(json_text *json, const char *text, size_t length, const path *at) {
  if (find_invalid_utf8(text, length))
    return path_error(json->c, at, "a string is not valid Unicode and has no UTF-8 form: it holds half of a surrogate pair");
  if (!json_put(json, '"')) return false;
  size_t done = 0;
  for (size_t i = 0; (i = find_special(text + i, text + length) - text) < length; i++) {
    unsigned char byte = text[i];
    if (!json_add(json, text + done, i - done)) return false;
    done = i + 1;
    static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
    const char *found = byte ? strchr(from, byte) : NULL;
    char escaped[7];
    size_t size = found ? 2 : snprintf(escaped, sizeof escaped, "\\u%04x", byte);
    if (found) escaped[0] = '\\', escaped[1] = to[found - from];
    if (!json_add(json, escaped, size)) return false;
  }
  return json_add(json, text + done, length - done) && json_put(json, '"');
}

static bool add_string(json_text *json, JSValueConst value, const path *at) {
  size_t length;
  const char *text = JS_ToCStringLen(json->c, &length, value);
  if (!text) return false;
  bool good = add_quoted(json, text, length, at);
  JS_FreeCString(json->c, text);
  return good;
}

static bool add_line(encoder *e, int depth) {
  if (!e->indent) return true;
  bool good = json_put(e->json, '\n');
  for (int i = 0; i < e->indent * depth && good; i++) good = json_put(e->json, ' ');
  return good;
}

// What a getter or a Proxy threw, with where that was.
static bool read_failed(context *c, const path *at) {
  JSValue thrown = JS_GetException(c);
  const char *reason = JS_ToCString(c, thrown);
  if (!reason) JS_FreeValue(c, JS_GetException(c));
  char what[300];
  snprintf(what, sizeof what, "it can't be read: %.200s", reason ? reason : "and the error can't be shown");
  char *end = what + strlen(what);
  make_valid(what, end - what);
  JS_FreeCString(c, reason);
  JS_FreeValue(c, thrown);
  const char *bad = find_invalid_utf8(what, strlen(what)); // cut in the middle of a character
  if (bad) what[bad - what] = 0;
  return path_error(c, at, what);
}

static bool refuse(context *c, const char *what, const path *at) {
  char text[120];
  snprintf(text, sizeof text, "JSON has no %s: found one", what);
  return path_error(c, at, text);
}

static bool add_list(encoder *e, JSValueConst list, const path *at) {
  context *c = e->json->c;
  int64_t count;
  if (JS_GetLength(c, list, &count) < 0) return read_failed(c, at);
  if (!fits_parts(count)) return path_error(c, at, too_many_parts());
  if (!json_put(e->json, '[')) return false;
  for (int64_t i = 0; i < count; i++) {
    path step = {.up = at, .position = i, .depth = at->depth + 1};
    if ((i > 0 && !json_put(e->json, ',')) || !add_line(e, step.depth)) return false;
    JSValue value = JS_GetPropertyInt64(c, list, i);
    bool good = !JS_IsException(value) ? encode_any(e, value, &step) : read_failed(c, &step);
    JS_FreeValue(c, value);
    if (!good) return false;
  }
  return (!count || add_line(e, at->depth)) && json_put(e->json, ']');
}

static bool add_member(encoder *e, JSAtom key, JSValueConst value, const path *step, bool first) {
  context *c = e->json->c;
  size_t length;
  const char *text = JS_AtomToCStringLen(c, &length, key);
  if (!text) return false;
  bool good = (first || json_put(e->json, ',')) && add_line(e, step->depth) && add_quoted(e->json, text, length, step) &&
              json_put(e->json, ':') && (!e->indent || json_put(e->json, ' '));
  JS_FreeCString(c, text);
  return good && encode_any(e, value, step);
}

// An Error is its message and whatever else was put into it, but for its stack.
static bool add_object(encoder *e, JSValueConst object, const path *at, bool error) {
  context *c = e->json->c;
  JSPropertyEnum *keys;
  uint32_t count;
  int which = JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK | (error ? 0 : JS_GPN_ENUM_ONLY);
  if (JS_GetOwnPropertyNames(c, &keys, &count, object, which)) return read_failed(c, at);
  bool good = fits_parts(count) ? json_put(e->json, '{') : path_error(c, at, too_many_parts());
  bool first = true;
  for (uint32_t i = 0; i < count && good; i++) {
    path step = {.up = at, .key = keys[i].atom, .depth = at->depth + 1};
    JSValue key = JS_AtomToValue(c, keys[i].atom);
    if (JS_IsSymbol(key)) good = path_error(c, at, "a key of JSON is a string, not a symbol: found one");
    JS_FreeValue(c, key);
    if (!good) break;
    JSValue value = JS_GetProperty(c, object, keys[i].atom);
    if (JS_IsException(value)) good = read_failed(c, &step);
    else if (!JS_IsUndefined(value)) { // as if it were not there: reading it gives the same
      good = add_member(e, keys[i].atom, value, &step, first);
      first = false;
    }
    JS_FreeValue(c, value);
  }
  JS_FreePropertyEnum(c, keys, count);
  return good && (first || add_line(e, at->depth)) && json_put(e->json, '}');
}

// Not by the Date's own toJSON, which runs whatever the spell has put into its place.
static bool add_date(encoder *e, JSValueConst date, const path *at) {
  context *c = e->json->c;
  JSValue text = date_text(c, date);
  if (JS_IsException(text)) return read_failed(c, at);
  bool good = add_string(e->json, text, at);
  JS_FreeValue(c, text);
  return good;
}

// 1: its own toJSON gave what stands for it; 0: it has none; -1: thrown.
static int ask_for_json(context *c, JSValueConst object, JSValue *given, const path *at) {
  JSValue method = JS_GetPropertyStr(c, object, "toJSON");
  int found = JS_IsException(method) ? -1 : JS_IsFunction(c, method);
  if (found == 1) {
    *given = JS_Call(c, method, object, 0, NULL);
    if (JS_IsException(*given)) found = -1;
  }
  JS_FreeValue(c, method);
  if (found < 0) read_failed(c, at);
  return found;
}

// Agents and the like: what they stand for can't be written down, and `{}` would be a silent loss.
static struct { JSValue prototype; char name[16]; } handles[4];
static int handle_count;

JSValue name_handles(context *c, JSValueConst this, int count, JSValueConst *arguments) { // prototype, name
  const char *name = handle_count < LENGTH(handles) ? JS_ToCString(c, arguments[1]) : NULL;
  if (!name) return throw_text(c, "too many kinds of handles");
  handles[handle_count].prototype = JS_DupValue(c, arguments[0]);
  snprintf(handles[handle_count++].name, sizeof handles->name, "%s", name);
  JS_FreeCString(c, name);
  return JS_UNDEFINED;
}

const char *handle_name(context *c, JSValueConst object) {
  JSValue prototype = JS_GetPrototype(c, object);
  const char *found = NULL;
  for (int i = 0; i < handle_count; i++)
    if (JS_VALUE_GET_PTR(prototype) == JS_VALUE_GET_PTR(handles[i].prototype)) found = handles[i].name;
  JS_FreeValue(c, prototype);
  return found;
}

static bool add_anything(encoder *e, JSValueConst object, const path *at, bool asked) {
  context *c = e->json->c;
  kind kind = kind_of(object);
  switch (kind) {
  case FUNCTION: return refuse(c, "function", at);
  case BOXED: return encode_any(e, unboxed(object), at); // a reply is its text
  case DATE: return add_date(e, object, at);
  case PROMISE: return path_error(c, at, "JSON has no Promise: found one (is an `await` missing?)");
  case OTHER: {
    JSAtom class = JS_GetClassName(runtime, JS_GetClassID(object));
    const char *name = class == JS_ATOM_NULL ? NULL : JS_AtomToCString(c, class);
    refuse(c, name ? name : "such object", at);
    JS_FreeCString(c, name);
    JS_FreeAtom(c, class);
    return false;
  }
  case PLAIN: {
    const char *handle = handle_count ? handle_name(c, object) : NULL;
    if (handle) return refuse(c, handle, at);
    break;
  }
  default: break;
  }
  path here = *at; // with the object, which the steps below look for in their path
  here.object = JS_VALUE_GET_PTR(object);
  for (const path *p = at; p; p = p->up)
    if (p->object == here.object) return path_error(c, at, "an object contains itself (a cycle)");
  if (!fits_depth(at->depth + 1)) return path_error(c, at, too_deep("objects are"));
  if (!asked && kind != ERROR) {
    JSValue given;
    int found = ask_for_json(c, object, &given, at);
    if (found < 0) return false;
    if (found) {
      bool good = JS_IsObject(given) ? add_anything(e, given, at, true) : encode_any(e, given, at);
      JS_FreeValue(c, given);
      return good;
    }
  }
  int list = is_list(c, object);
  if (list < 0) return read_failed(c, at);
  return list ? add_list(e, object, &here) : add_object(e, object, &here, kind == ERROR);
}

static bool encode_any(encoder *e, JSValueConst value, const path *at) {
  context *c = e->json->c;
  if (!fits_parts(++e->nodes)) return path_error(c, at, too_many_parts());
  switch (JS_VALUE_GET_NORM_TAG(value)) {
  case JS_TAG_NULL: return ADD(e->json, "null");
  case JS_TAG_BOOL: return JS_VALUE_GET_BOOL(value) ? ADD(e->json, "true") : ADD(e->json, "false");
  case JS_TAG_INT: {
    char text[DIGITS];
    return json_add(e->json, text, write_integer(text, JS_VALUE_GET_INT(value)));
  }
  case JS_TAG_FLOAT64: return add_number(e->json, JS_VALUE_GET_FLOAT64(value), e->rounds, at);
  case JS_TAG_SHORT_BIG_INT: case JS_TAG_BIG_INT: return add_bigint(e->json, value, at);
  case JS_TAG_STRING: case JS_TAG_STRING_ROPE: return add_string(e->json, value, at);
  case JS_TAG_OBJECT: return add_anything(e, value, at, false);
  case JS_TAG_UNDEFINED: return refuse(c, "undefined", at);
  case JS_TAG_SYMBOL: return refuse(c, "symbol", at);
  default: return refuse(c, "such value", at);
  }
}

static bool encode_with(encoder *e, context *c, JSValueConst value, json_text *json, spell_string_t *text) {
  // Field by field: `small` need not be cleared.
  json->c = c, json->data = json->small, json->length = 0, json->capacity = sizeof json->small;
  e->json = json;
  path root = {0};
  if (!encode_any(e, value, &root)) return false;
  *text = (spell_string_t){(uint8_t *)json->data, json->length};
  return true;
}

bool encode(context *c, JSValueConst value, int indent, json_text *json, spell_string_t *text) {
  return encode_with(&(encoder){.indent = indent}, c, value, json, text);
}

bool encode_result(context *c, JSValueConst value, json_text *json, spell_string_t *text) {
  return encode_with(&(encoder){.rounds = true}, c, value, json, text);
}

// The codec's common parts: the text buffer, paths in messages, and the functions for the prelude.
#include <stdio.h>

#include "guest.h"

void free_json(json_text *json) {
  if (json->data != json->small) js_free(json->c, json->data);
  json->data = json->small;
}

bool json_add(json_text *json, const char *bytes, size_t length) {
  if (!fits_text(json->length + length)) return throw_text(json->c, too_long()), false;
  if (length > json->capacity - json->length) {
    size_t capacity = json->capacity * 2;
    while (capacity < json->length + length) capacity *= 2;
    bool small = json->data == json->small;
    char *data = js_realloc(json->c, small ? NULL : json->data, capacity);
    if (!data) return false;
    if (small) memcpy(data, json->small, json->length);
    json->data = data;
    json->capacity = capacity;
  }
  memcpy(json->data + json->length, bytes, length);
  json->length += length;
  return true;
}

static bool plain(const char *key, size_t length) {
  for (size_t i = 0; i < length; i++) {
    char c = key[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
  }
  return length > 0 && length <= 64;
}

// What surrounds it must stay readable and valid UTF-8, whatever the key is.
static size_t show_step(context *c, const path *at, char *to, size_t size) {
  if (at->key == JS_ATOM_NULL) return snprintf(to, size, "[%u]", at->position);
  size_t length;
  const char *key = JS_AtomToCStringLen(c, &length, at->key);
  if (!key) return JS_FreeValue(c, JS_GetException(c)), snprintf(to, size, "[?]");
  size_t written;
  if (plain(key, length))
    written = snprintf(to, size, ".%s", key);
  else {
    char shown[65];
    size_t n = length < 64 ? length : 64;
    for (size_t i = 0; i < n; i++) shown[i] = key[i] >= ' ' && key[i] < 127 ? key[i] : '?';
    shown[n] = 0;
    written = snprintf(to, size, "[\"%s%s\"]", shown, length > n ? "..." : "");
  }
  JS_FreeCString(c, key);
  return written;
}

bool path_error(context *c, const path *at, const char *what) {
  char text[(MOST_DEPTH + 4) * 80];
  const path *all[MOST_DEPTH + 2];
  int steps = 0;
  for (const path *p = at; p && p->up && steps < MOST_DEPTH + 2; p = p->up) all[steps++] = p;
  size_t length = snprintf(text, 512, "%.400s at $", what);
  while (steps-- > 0) length += show_step(c, all[steps], text + length, 80);
  throw_text(c, text);
  return false;
}

static JSValue value_encode(context *c, JSValueConst this, int count, JSValueConst *arguments) { // value, indent -> text
  int32_t indent;
  if (JS_ToInt32(c, &indent, arguments[1])) return JS_EXCEPTION;
  if (indent < 0 || indent > 16) return JS_ThrowRangeError(c, "the indent is 0 to 16");
  json_text json;
  spell_string_t text;
  JSValue string = encode(c, arguments[0], indent, &json, &text) ? from_text(c, &text) : JS_EXCEPTION;
  free_json(&json);
  return string;
}

static JSValue value_decode(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t text;
  if (!get_text(c, arguments[0], &text)) return JS_EXCEPTION;
  JSValue value = decode(c, (char *)text.ptr, text.len);
  free_text(c, &text);
  return value;
}

// The text of a string, number or reply, else undefined.
static JSValue value_text(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  JSValueConst value = arguments[0];
  if (JS_IsObject(value) && kind_of(value) == BOXED) value = unboxed(value);
  if (JS_IsString(value)) return JS_DupValue(c, value);
  return JS_IsNumber(value) || JS_IsBigInt(value) ? JS_ToString(c, value) : JS_UNDEFINED;
}

// fields, prototype -> a String object with these properties
static JSValue value_reply(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  JSValue text = JS_IsObject(arguments[0]) ? data_of(c, arguments[0], "text") : JS_UNDEFINED;
  if (!JS_IsString(text)) return JS_FreeValue(c, text), JS_ThrowTypeError(c, "the host gave a reply without text");
  note_replies(arguments[1]);
  JSValue reply = JS_ToObject(c, text);
  JS_FreeValue(c, text);
  if (JS_IsException(reply)) return reply;
  JSPropertyEnum *keys;
  uint32_t length;
  if (JS_SetPrototype(c, reply, arguments[1]) < 0 ||
      JS_GetOwnPropertyNames(c, &keys, &length, arguments[0], JS_GPN_STRING_MASK)) {
    JS_FreeValue(c, reply);
    return JS_EXCEPTION;
  }
  bool good = true;
  for (uint32_t i = 0; i < length && good; i++) {
    JSValue value = JS_GetProperty(c, arguments[0], keys[i].atom);
    good = !JS_IsException(value) &&
           JS_DefinePropertyValue(c, reply, keys[i].atom, value, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) >= 0;
  }
  JS_FreePropertyEnum(c, keys, length);
  if (good) return reply;
  JS_FreeValue(c, reply);
  return JS_EXCEPTION;
}

// object -> "Map" and its like, or the name of the class that made it
static JSValue value_class(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  if (JS_IsProxy(arguments[0])) return JS_NewString(c, "Proxy");
  if (kind_of(arguments[0]) == PLAIN) {
    JSValue constructor = data_of(c, arguments[0], "constructor"), name = JS_UNDEFINED;
    if (JS_IsObject(constructor)) name = data_of(c, constructor, "name");
    JS_FreeValue(c, constructor);
    if (JS_IsString(name)) return name;
    JS_FreeValue(c, name);
    return JS_NewString(c, "Object");
  }
  JSAtom class = JS_GetClassName(runtime, JS_GetClassID(arguments[0]));
  JSValue name = JS_AtomToString(c, class);
  JS_FreeAtom(c, class);
  return name;
}

// object -> "Map" and its like by what it is, whatever it inherits from: "Object" for one of a spell's classes
static JSValue value_brand(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  if (JS_IsProxy(arguments[0])) return JS_NewString(c, "Proxy");
  JSAtom class = JS_GetClassName(runtime, JS_GetClassID(arguments[0]));
  JSValue name = JS_AtomToString(c, class);
  JS_FreeAtom(c, class);
  return name;
}

// object, key, otherwise -> an own property's value, or `otherwise` where it has a getter. Descriptors as objects would
// inherit from what the spell makes of Object.prototype.
static JSValue value_own(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  JSAtom key = JS_ValueToAtom(c, arguments[1]);
  JSValue value = key == JS_ATOM_NULL ? JS_EXCEPTION : own_data(c, arguments[0], key, arguments[2]);
  JS_FreeAtom(c, key);
  return value;
}

static JSValue value_handle(context *c, JSValueConst this, int count, JSValueConst *arguments) { // -> what it is called; undefined: none
  const char *name = handle_name(c, arguments[0]);
  return name ? JS_NewString(c, name) : JS_UNDEFINED;
}

static const char indent[] = "\n    ";

// Puts "at …" lines below what stands before them.
static char *add_stack(char *to, const spell_string_t *stack) {
  for (size_t i = 0, start = 0; i <= stack->len; i++) {
    if (i < stack->len && stack->ptr[i] != '\n') continue;
    memcpy(to, indent, sizeof indent - 1), to += sizeof indent - 1;
    memcpy(to, stack->ptr + start, i - start), to += i - start;
    start = i + 1;
  }
  return to;
}

// error, with its stack? -> its name, message and stack, as they are: nothing of the spell runs.
static JSValue value_error_text(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  script_error shown;
  report(c, arguments[0], JS_UNDEFINED, true, &shown);
  bool stack = shown.traceback.is_some && JS_VALUE_GET_BOOL(arguments[1]);
  spell_string_t code = shown.code.is_some ? shown.code.val : (spell_string_t){(uint8_t *)"Error", 5};
  // The message of an error of another kind begins with that.
  JSValue name = data_of(c, arguments[0], "name");
  const char *kind = JS_IsString(name) ? JS_ToCString(c, name) : NULL;
  bool named = !shown.code.is_some && kind && strcmp(kind, "Error");
  JS_FreeCString(c, kind);
  JS_FreeValue(c, name);
  spell_string_t parts[] = {named ? (spell_string_t){} : code, {(uint8_t *)": ", named ? 0 : 2}, shown.message};
  size_t length = 0;
  for (size_t i = 0; stack && i <= shown.traceback.val.len; i++)
    length += i < shown.traceback.val.len && shown.traceback.val.ptr[i] != '\n' ? 1 : sizeof indent - 1;
  for (int i = 0; i < LENGTH(parts); i++) length += parts[i].len;
  char *text = js_malloc(c, length + 1), *to = text;
  for (int i = 0; i < LENGTH(parts) && text; i++)
    if (parts[i].len) memcpy(to, parts[i].ptr, parts[i].len), to += parts[i].len; // an empty one has no address
  if (text && stack) add_stack(to, &shown.traceback.val);
  JSValue value = text ? JS_NewStringLen(c, text, length) : JS_EXCEPTION;
  js_free(c, text);
  exports_llmspell_spell_guest_script_error_free(&shown);
  return value;
}

const JSCFunctionListEntry value_functions[] = {
    JS_CFUNC_DEF("encode", 2, value_encode), JS_CFUNC_DEF("decode", 1, value_decode), JS_CFUNC_DEF("text", 1, value_text),
    JS_CFUNC_DEF("reply", 2, value_reply), JS_CFUNC_DEF("failures", 1, failure_setup),
    JS_CFUNC_DEF("className", 1, value_class), JS_CFUNC_DEF("brand", 1, value_brand), JS_CFUNC_DEF("handle", 1, value_handle), JS_CFUNC_DEF("errorText", 2, value_error_text),
    JS_CFUNC_DEF("own", 3, value_own), JS_CFUNC_DEF("handles", 2, name_handles), {}};

// Texts as bytes of UTF-8 and back, as the encoding standard has it: what is invalid becomes U+FFFD, or is refused.
#include "guest.h"

static JSValue bytes_of(context *c, const char *bytes, size_t length) {
  JSValue buffer = JS_NewArrayBufferCopy(c, (const uint8_t *)bytes, length);
  if (JS_IsException(buffer)) return buffer;
  JSValue array = JS_NewTypedArray(c, 1, &buffer, JS_TYPED_ARRAY_UINT8);
  JS_FreeValue(c, buffer);
  return array;
}

static JSValue encoding_encode(context *c, JSValueConst this, int count, JSValueConst *arguments) { // string -> Uint8Array
  size_t length;
  const char *text = JS_ToCStringLen(c, &length, arguments[0]);
  if (!text) return JS_EXCEPTION;
  make_valid((char *)text, length);
  JSValue bytes = bytes_of(c, text, length);
  JS_FreeCString(c, text);
  return bytes;
}

// The length of the character that begins here; of invalid bytes, minus the number that one U+FFFD stands for. `cut`: more
// bytes could make it valid.
static int character_at(const uint8_t *bytes, size_t length, bool *cut) {
  uint8_t first = bytes[0];
  *cut = false;
  if (first < 0x80) return 1;
  int wanted = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (!wanted) return -1;
  uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  for (int i = 1; i < wanted; i++, least = 0x80, most = 0xbf) {
    if ((size_t)i == length) return *cut = true, -i;
    if (bytes[i] < least || bytes[i] > most) return -i;
  }
  return wanted;
}

// Uint8Array, whether to refuse what is invalid, whether more follows -> [text, how many bytes at the end are part of what
// follows], or undefined: refused
static JSValue encoding_decode(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  size_t length;
  uint8_t *bytes = JS_GetUint8Array(c, &length, arguments[0]);
  if (!bytes && JS_HasException(c)) return JS_EXCEPTION;
  bool fatal = JS_ToBool(c, arguments[1]), more = JS_ToBool(c, arguments[2]), cut = false;
  // Where all is well, nothing is copied twice.
  const char *bad = find_invalid_utf8((char *)bytes, length);
  size_t place = bad ? (size_t)((uint8_t *)bad - bytes) : length, written = place, left = 0;
  char *made = bad ? js_malloc(c, place + (length - place) * 3 + 1) : (char *)bytes;
  if (bad && !made) return JS_EXCEPTION;
  if (bad) memcpy(made, bytes, place);
  while (place < length) {
    int size = character_at(bytes + place, length - place, &cut);
    if (size > 0) memcpy(made + written, bytes + place, size), written += size, place += size;
    else if (cut && more) left = length - place, place = length;
    else if (fatal) return js_free(c, made), JS_UNDEFINED;
    else memcpy(made + written, "\xef\xbf\xbd", 3), written += 3, place -= size;
  }
  JSValue parts[] = {JS_NewStringLen(c, made, written), JS_NewUint32(c, left)};
  if (bad) js_free(c, made);
  return JS_IsException(parts[0]) ? JS_EXCEPTION : JS_NewArrayFrom(c, LENGTH(parts), parts);
}

const JSCFunctionListEntry encoding_functions[] = {
    JS_CFUNC_DEF("encode", 1, encoding_encode), JS_CFUNC_DEF("decode", 3, encoding_decode), {}};

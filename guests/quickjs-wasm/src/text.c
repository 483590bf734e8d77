// Text that crosses to the host, and what stands for text: replies, which are String objects.
#include "guest.h"

bool get_text(context *c, JSValueConst value, spell_string_t *text) {
  if (JS_IsObject(value) && kind_of(value) == BOXED) value = unboxed(value);
  if (!JS_IsString(value)) return JS_ThrowTypeError(c, "a text is needed here"), false;
  text->ptr = (uint8_t *)JS_ToCStringLen(c, &text->len, value);
  if (!text->ptr) return false;
  if (!find_invalid_utf8((char *)text->ptr, text->len)) return true;
  free_text(c, text);
  JS_ThrowTypeError(c, "not valid Unicode: a text holds half of a surrogate pair");
  return false;
}

void free_text(context *c, const spell_string_t *text) { JS_FreeCString(c, (const char *)text->ptr); }

JSValue from_text(context *c, const spell_string_t *text) { return JS_NewStringLen(c, (const char *)text->ptr, text->len); }

// Each half takes three bytes, as the replacement does.
void make_valid(char *text, size_t length) {
  for (char *end = text + length, *bad; (bad = (char *)find_invalid_utf8(text, end - text)); text = bad + 3) {
    if (end - bad < 3) return;
    memcpy(bad, "\xef\xbf\xbd", 3);
  }
}

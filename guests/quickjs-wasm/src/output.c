// What the spell prints.
#include "guest.h"

static JSValue output_write(context *c, JSValueConst this, int count, JSValueConst *arguments) { // a string or bytes
  size_t length;
  if (JS_GetTypedArrayType(arguments[0]) == JS_TYPED_ARRAY_UINT8) {
    uint8_t *bytes = JS_GetUint8Array(c, &length, arguments[0]);
    if (!bytes && JS_HasException(c)) return JS_EXCEPTION;
    OF(output, write)(&(spell_list_u8_t){bytes, length});
    return JS_UNDEFINED;
  }
  const char *text = JS_ToCStringLen(c, &length, arguments[0]);
  if (!text) return JS_EXCEPTION;
  make_valid((char *)text, length);
  OF(output, write)(&(spell_list_u8_t){(uint8_t *)text, length}); // one call a line: the host counts calls
  JS_FreeCString(c, text);
  return JS_UNDEFINED;
}

const JSCFunctionListEntry output_functions[] = {JS_CFUNC_DEF("write", 1, output_write), {}};

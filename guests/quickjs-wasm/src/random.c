// Randomness from the host.
#include "guest.h"

// From two numbers, as in the Lua guest: what the two ask of the host can then be compared call by call.
uint64_t draw_seed(void) {
  uint64_t first = OF(random, number)(), second = OF(random, number)(), seed = first ^ (second << 32 | second >> 32);
  return seed ? seed : 1;
}

static JSValue random_fill(context *c, JSValueConst this, int count, JSValueConst *arguments) { // bytes, at most 65,536
  size_t length;
  uint8_t *to = JS_GetUint8Array(c, &length, arguments[0]);
  if (!to && JS_HasException(c)) return JS_EXCEPTION;
  if (length > 65536) return JS_ThrowRangeError(c, "at most 65,536 random bytes at once");
  spell_list_u8_t bytes;
  OF(random, bytes)((uint32_t)length, &bytes);
  memcpy(to, bytes.ptr, bytes.len < length ? bytes.len : length);
  spell_list_u8_free(&bytes);
  return JS_UNDEFINED;
}

const JSCFunctionListEntry random_functions[] = {JS_CFUNC_DEF("fill", 1, random_fill), {}};

// What the functions use that xtask writes from the WIT (imports.c).
#pragma once

#include <stdio.h>

#include "guest.h"

// False: thrown.
static inline bool get_whole(context *c, JSValueConst value, int64_t least, int64_t most, int64_t *number) {
  if (JS_ToInt64(c, number, value)) return false;
  if (*number >= least && *number <= most) return true;
  char text[64];
  snprintf(text, sizeof text, "a number from %lld to %lld is needed here", (long long)least, (long long)most);
  return throw_text(c, text), false;
}

// Borrowed from a Uint8Array. False: thrown.
static inline bool get_bytes(context *c, JSValueConst value, spell_list_u8_t *bytes) {
  bytes->ptr = JS_GetUint8Array(c, &bytes->len, value);
  return bytes->ptr || !JS_HasException(c);
}

// Objects and lists in the making. They take the value and give the object, or JS_EXCEPTION where either is that.
static inline JSValue put_field(context *c, JSValue object, const char *name, JSValue value) {
  if (JS_IsException(object)) return JS_FreeValue(c, value), object;
  if (!JS_IsException(value) && JS_DefinePropertyValueStr(c, object, name, value, JS_PROP_C_W_E) >= 0) return object;
  JS_FreeValue(c, object);
  return JS_EXCEPTION;
}

static inline JSValue put_element(context *c, JSValue list, uint32_t place, JSValue value) {
  if (JS_IsException(list)) return JS_FreeValue(c, value), list;
  if (!JS_IsException(value) && JS_DefinePropertyValueUint32(c, list, place, value, JS_PROP_C_W_E) >= 0) return list;
  JS_FreeValue(c, list);
  return JS_EXCEPTION;
}

static inline JSValue make_list(context *c, int count, JSValue *values) {
  bool good = true;
  for (int i = 0; i < count; i++) good = good && !JS_IsException(values[i]);
  if (good) return JS_NewArrayFrom(c, count, values);
  for (int i = 0; i < count; i++) JS_FreeValue(c, values[i]);
  return JS_EXCEPTION;
}

// In a list, by which it can be told from an answer.
static inline JSValue wrap_waiting(context *c, OF(operation, own_operation_t) handle) {
  return put_element(c, JS_NewArray(c), 0, wrap_operation(c, handle));
}

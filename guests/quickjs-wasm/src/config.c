// The operator's configuration.
#include "guest.h"

static JSValue config_get(context *c, JSValueConst this, int count, JSValueConst *arguments) { // path -> value or undefined
  spell_string_t path, value;
  if (!get_text(c, arguments[0], &path)) return JS_EXCEPTION;
  bool some = OF(config, get)(&path, &value);
  free_text(c, &path);
  if (!some) return JS_UNDEFINED;
  JSValue found = decode(c, (char *)value.ptr, value.len);
  spell_string_free(&value);
  return found;
}

const JSCFunctionListEntry config_functions[] = {JS_CFUNC_DEF("get", 1, config_get)};
GIVE(config);

// The operator's configuration.
#include "guest.h"

static JSValue config_get(context *c, JSValueConst this, int count, JSValueConst *arguments) { // path -> value or undefined
  spell_string_t path, value;
  if (!get_text(c, arguments[0], &path)) return JS_EXCEPTION;
  bool some = OF(config, get)(&path, &value);
  free_text(c, &path);
  if (!some) return JS_UNDEFINED;
  return from_json(c, &value);
}

const JSCFunctionListEntry config_functions[] = {JS_CFUNC_DEF("get", 1, config_get)};
GIVE(config);

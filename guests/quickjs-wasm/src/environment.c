// The environment variables that were granted.
#include "guest.h"

static JSValue environment_get(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t name, value;
  if (!get_text(c, arguments[0], &name)) return JS_EXCEPTION;
  bool some = OF(environment, get)(&name, &value);
  free_text(c, &name);
  if (!some) return JS_UNDEFINED;
  JSValue found = from_text(c, &value);
  spell_string_free(&value);
  return found;
}

static JSValue environment_names(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_list_string_t names;
  OF(environment, names)(&names);
  JSValue list = JS_NewArray(c);
  for (size_t i = 0; i < names.len && !JS_IsException(list); i++) {
    JSValue name = from_text(c, &names.ptr[i]);
    if (!JS_IsException(name) && JS_DefinePropertyValueUint32(c, list, i, name, JS_PROP_C_W_E) >= 0) continue;
    JS_FreeValue(c, list);
    list = JS_EXCEPTION;
  }
  spell_list_string_free(&names);
  return list;
}

const JSCFunctionListEntry environment_functions[] = {JS_CFUNC_DEF("get", 1, environment_get),
                                                      JS_CFUNC_DEF("names", 0, environment_names)};
GIVE(environment);

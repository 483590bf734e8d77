// Functions of the spell that the host asks before and after what it does.
#include "guest.h"

static JSValue hook_register(context *c, JSValueConst this, int count, JSValueConst *arguments) { // point, handler, options -> [id, point]
  spell_string_t point, options;
  json_text json;
  int64_t handler;
  OF(hook, registered_t) registered;
  failure_t failure;
  JSValue made = JS_EXCEPTION;
  if (JS_ToInt64(c, &handler, arguments[1]) || !get_text(c, arguments[0], &point)) return made;
  if (encode(c, arguments[2], 0, &json, &options)) {
    if (OF(hook, register)(&point, (uint64_t)handler, &options, &registered, &failure)) {
      JSValue pair[] = {JS_NewInt64(c, (int64_t)registered.id), from_text(c, &registered.point)};
      made = JS_NewArrayFrom(c, 2, pair);
      OF(hook, registered_free)(&registered);
    } else
      throw_failure(c, &failure);
  }
  free_json(&json);
  free_text(c, &point);
  return made;
}

static JSValue hook_unregister(context *c, JSValueConst this, int count, JSValueConst *arguments) { // id -> boolean
  int64_t id;
  return JS_ToInt64(c, &id, arguments[0]) ? JS_EXCEPTION : JS_NewBool(c, OF(hook, unregister)((uint64_t)id));
}

static JSValue hook_set_enabled(context *c, JSValueConst this, int count, JSValueConst *arguments) { // id, boolean -> boolean
  int64_t id;
  if (JS_ToInt64(c, &id, arguments[0])) return JS_EXCEPTION;
  return JS_NewBool(c, OF(hook, set_enabled)((uint64_t)id, JS_ToBool(c, arguments[1])));
}

static JSValue hook_list(context *c, JSValueConst this, int count, JSValueConst *arguments) { // filter -> list
  json_text json;
  spell_string_t filter, list;
  failure_t failure;
  JSValue found = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &filter))
    found = OF(hook, list)(&filter, &list, &failure) ? from_json(c, &list) : throw_failure(c, &failure);
  free_json(&json);
  return found;
}

static JSValue hook_execute(context *c, JSValueConst this, int count, JSValueConst *arguments) { // point, data -> operation
  spell_string_t point, data;
  json_text json;
  JSValue operation = JS_EXCEPTION;
  if (!get_text(c, arguments[0], &point)) return operation;
  if (encode(c, JS_IsUndefined(arguments[1]) ? JS_NULL : arguments[1], 0, &json, &data))
    operation = wrap_operation(c, OF(hook, execute)(&point, &data, within()));
  free_json(&json);
  free_text(c, &point);
  return operation;
}

static JSValue hook_start_up(context *c, JSValueConst this, int count, JSValueConst *arguments) { // id -> operation
  int64_t id;
  if (JS_ToInt64(c, &id, arguments[0])) return JS_EXCEPTION;
  return wrap_operation(c, OF(hook, start_up)((uint64_t)id, within()));
}

const JSCFunctionListEntry hook_functions[] = {
    JS_CFUNC_DEF("register", 3, hook_register), JS_CFUNC_DEF("unregister", 1, hook_unregister),
    JS_CFUNC_DEF("setEnabled", 2, hook_set_enabled), JS_CFUNC_DEF("list", 1, hook_list),
    JS_CFUNC_DEF("execute", 2, hook_execute), JS_CFUNC_DEF("startUp", 1, hook_start_up)};
GIVE(hook);

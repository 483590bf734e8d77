// Tools: of the spell's own and of the host.
#include "guest.h"

static JSValue tool_define(context *c, JSValueConst this, int count, JSValueConst *arguments) { // definition, handler or undefined: only looks
  json_text json;
  spell_string_t definition;
  int64_t handler = 0;
  failure_t failure;
  bool looks = JS_IsUndefined(arguments[1]);
  JSValue done = JS_EXCEPTION;
  if (!looks && JS_ToInt64(c, &handler, arguments[1])) return done;
  if (encode(c, arguments[0], 0, &json, &definition)) {
    bool good = looks ? OF(tool, check)(&definition, &failure) : OF(tool, define)(&definition, (uint64_t)handler, &failure);
    done = good ? JS_TRUE : throw_failure(c, &failure);
  }
  free_json(&json);
  return done;
}

static JSValue tool_remove(context *c, JSValueConst this, int count, JSValueConst *arguments) { // name -> handler or undefined
  spell_string_t name;
  spell_option_u64_t handler;
  failure_t failure;
  if (!get_text(c, arguments[0], &name)) return JS_EXCEPTION;
  JSValue removed = JS_UNDEFINED;
  if (!OF(tool, remove)(&name, &handler, &failure)) removed = throw_failure(c, &failure);
  else if (handler.is_some) removed = JS_NewInt64(c, (int64_t)handler.val);
  free_text(c, &name);
  return removed;
}

static JSValue tool_list(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t list;
  OF(tool, list)(&list);
  return from_json(c, &list);
}

static JSValue tool_describe(context *c, JSValueConst this, int count, JSValueConst *arguments) { // name -> description
  spell_string_t name, description;
  failure_t failure;
  if (!get_text(c, arguments[0], &name)) return JS_EXCEPTION;
  JSValue found = OF(tool, describe)(&name, &description, &failure) ? from_json(c, &description) : throw_failure(c, &failure);
  free_text(c, &name);
  return found;
}

enum { VALIDATE, INVOKE };
static JSValue tool_use(context *c, JSValueConst this, int count, JSValueConst *arguments, int what) { // name, arguments -> true | operation
  spell_string_t name, given;
  json_text json;
  failure_t failure;
  JSValue done = JS_EXCEPTION;
  if (!get_text(c, arguments[0], &name)) return done;
  if (encode(c, JS_IsUndefined(arguments[1]) ? JS_NULL : arguments[1], 0, &json, &given)) {
    if (what == INVOKE) done = wrap_operation(c, OF(tool, invoke)(&name, &given, within()));
    else done = OF(tool, validate)(&name, &given, &failure) ? JS_TRUE : throw_failure(c, &failure);
  }
  free_json(&json);
  free_text(c, &name);
  return done;
}

static JSValue tool_discover(context *c, JSValueConst this, int count, JSValueConst *arguments) { // filter -> operation
  json_text json;
  spell_string_t filter;
  JSValue operation = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &filter)) operation = wrap_operation(c, OF(tool, discover)(&filter, within()));
  free_json(&json);
  return operation;
}

const JSCFunctionListEntry tool_functions[] = {
    JS_CFUNC_DEF("define", 2, tool_define), JS_CFUNC_DEF("remove", 1, tool_remove), JS_CFUNC_DEF("list", 0, tool_list),
    JS_CFUNC_DEF("describe", 1, tool_describe), JS_CFUNC_MAGIC_DEF("validate", 2, tool_use, VALIDATE),
    JS_CFUNC_MAGIC_DEF("invoke", 2, tool_use, INVOKE), JS_CFUNC_DEF("discover", 1, tool_discover)};
GIVE(tool);

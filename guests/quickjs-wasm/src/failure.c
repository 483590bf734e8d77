// What a host call answers when it is not done: an Error with `code`, `message`, `details`, and where it arose.
#include "guest.h"

static JSValue prototype = JS_UNDEFINED;

static bool define(context *c, JSValueConst error, const char *name, JSValue value, int flags) {
  return !JS_IsException(value) && JS_DefinePropertyValueStr(c, error, name, value, flags) >= 0;
}

JSValue make_failure(context *c, failure_t *failure, const trace *trace) {
  JSValue error = JS_NewObjectProtoClass(c, prototype, JS_GetClassID(prototype));
  bool good = !JS_IsException(error) &&
              define(c, error, "message", from_text(c, &failure->message), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) &&
              define(c, error, "code", from_text(c, &failure->code), JS_PROP_C_W_E);
  if (good && failure->details.is_some) {
    spell_string_t *details = &failure->details.val;
    good = define(c, error, "details", decode(c, (char *)details->ptr, details->len), JS_PROP_C_W_E);
  }
  OF(types, failure_free)(failure);
  if (good) return set_stack(c, error, trace), error;
  JS_FreeValue(c, error);
  return JS_EXCEPTION;
}

JSValue throw_failure(context *c, failure_t *failure) {
  JSValue error = make_failure(c, failure, NULL);
  return JS_IsException(error) ? error : JS_Throw(c, error);
}

JSValue make_cancelled(context *c) {
  failure_t failure = {};
  spell_string_dup(&failure.code, "cancelled");
  spell_string_dup(&failure.message, "the task was cancelled");
  return make_failure(c, &failure, NULL);
}

bool make_room(failure_t *failure) {
  static const char handles[] = "handles";
  if (failure->code.len != strlen(handles) || memcmp(failure->code.ptr, handles, strlen(handles))) return false;
  OF(types, failure_free)(failure);
  JS_RunGC(runtime);
  return true;
}

// Takes the failures' prototype, itself an Error; called once, before the snapshot.
JSValue failure_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  prototype = JS_DupValue(c, arguments[0]);
  return JS_UNDEFINED;
}

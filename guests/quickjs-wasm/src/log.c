// Messages for the operator.
#include "guest.h"

static JSValue log_write(context *c, JSValueConst this, int count, JSValueConst *arguments) { // level, message, fields or undefined
  int32_t level; // in the order of the WIT
  spell_string_t message, fields;
  json_text json;
  if (JS_ToInt32(c, &level, arguments[0]) || !get_text(c, arguments[1], &message)) return JS_EXCEPTION;
  bool some = !JS_IsUndefined(arguments[2]), good = !some || encode(c, arguments[2], 0, &json, &fields);
  if (good) OF(log, write)((OF(log, level_t))level, &message, some ? &fields : NULL);
  if (some) free_json(&json);
  free_text(c, &message);
  return good ? JS_UNDEFINED : JS_EXCEPTION;
}

const JSCFunctionListEntry log_functions[] = {JS_CFUNC_DEF("write", 3, log_write)};
GIVE(log);

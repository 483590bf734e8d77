// Functions of the spell that the host asks for by number, while an operation is at work.
#include <stdlib.h>

#include "guest.h"

static JSValue handlers = JS_UNDEFINED; // an object, by number: from 1, and none comes twice
static uint32_t last_handler;

JSValue handler_new(context *c, JSValueConst this, int count, JSValueConst *arguments) { // function -> number
  if (JS_IsUndefined(handlers)) handlers = JS_NewObjectProto(c, JS_NULL);
  if (JS_SetPropertyUint32(c, handlers, last_handler + 1, JS_DupValue(c, arguments[0])) < 0) return JS_EXCEPTION;
  return JS_NewUint32(c, ++last_handler);
}

JSValue handler_forget(context *c, JSValueConst this, int count, JSValueConst *arguments) { // number
  JSAtom number = JS_ValueToAtom(c, arguments[0]);
  if (number == JS_ATOM_NULL) return JS_EXCEPTION;
  if (!JS_IsUndefined(handlers)) JS_DeleteProperty(c, handlers, number, 0);
  JS_FreeAtom(c, number);
  return JS_UNDEFINED;
}

JSValue handler_within(context *c, JSValueConst this, int count, JSValueConst *arguments) { // the call; undefined: none
  return within() ? JS_NewInt64(c, (int64_t)*within()) : JS_UNDEFINED;
}

// call or undefined, function, list of arguments: as if from within that call
JSValue handler_inside(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  int64_t call = 0;
  if (!JS_IsUndefined(arguments[0]) && JS_ToInt64(c, &call, arguments[0])) return JS_EXCEPTION;
  uint64_t before = enter_call((uint64_t)call);
  JSValue value = apply(c, arguments[1], arguments[2]);
  enter_call(before);
  return value;
}

// Calls that wait for their answers.
typedef struct {
  const void *operation;
  uint64_t id;
} open_call;

static open_call *calls;
static size_t count_of_calls;

static bool open(context *c, JSValueConst operation, uint64_t id) {
  open_call *grown = js_realloc(c, calls, (count_of_calls + 1) * sizeof *grown);
  if (!grown) return false;
  calls = grown;
  calls[count_of_calls++] = (open_call){JS_VALUE_GET_PTR(operation), id};
  return true;
}

static void close(size_t place) { calls[place] = calls[--count_of_calls]; }

static void answered(uint64_t id) {
  for (size_t i = 0; i < count_of_calls; i++)
    if (calls[i].id == id) return close(i);
}

void forget_calls(context *c, JSValueConst operation) {
  for (size_t i = 0; i < count_of_calls;) {
    uint64_t id = calls[i].id;
    if (calls[i].operation != JS_VALUE_GET_PTR(operation)) {
      i++;
      continue;
    }
    close(i);
    cancel_within(c, id);
    i = 0; // others may have gone with it
  }
}

static void answer(JSValueConst operation, uint64_t call, OF(operation, result_json_failure_t) *outcome) {
  OF(operation, borrow_operation_t) lent;
  answered(call);
  // Else it was dropped meanwhile: the asker is gone.
  if (lend_operation(operation, &lent)) OF(operation, method_operation_answer)(lent, call, outcome);
}

static void answer_error(context *c, JSValueConst operation, uint64_t call, JSValueConst error) {
  script_error found;
  report(c, error, JS_UNDEFINED, true, &found);
  OF(operation, result_json_failure_t) outcome = {.is_err = true};
  outcome.val.err.code = found.code.is_some ? found.code.val : (spell_string_t){(uint8_t *)"script", 6};
  outcome.val.err.message = found.message;
  outcome.val.err.details.is_some = found.details.is_some;
  outcome.val.err.details.val = found.details.val;
  answer(operation, call, &outcome);
  exports_llmspell_spell_guest_script_error_free(&found);
}

static void answer_thrown(context *c, JSValueConst operation, uint64_t call) {
  JSValue error = JS_GetException(c);
  answer_error(c, operation, call, error);
  JS_FreeValue(c, error);
}

static void answer_value(context *c, JSValueConst operation, uint64_t call, JSValueConst value) {
  json_text json;
  OF(operation, result_json_failure_t) outcome = {};
  bool some = !JS_IsUndefined(value), good = !some || encode(c, value, 0, &json, &outcome.val.ok);
  if (!some) outcome.val.ok = (spell_string_t){(uint8_t *)"null", 4};
  if (good) answer(operation, call, &outcome);
  else answer_thrown(c, operation, call);
  if (some) free_json(&json);
}

// A reaction to the promise that a handler gave; `data` is the operation and the call.
static JSValue settled(context *c, JSValueConst this, int count, JSValueConst *arguments, int rejected, JSValueConst *data) {
  int64_t call;
  if (JS_ToInt64(c, &call, data[1])) return JS_EXCEPTION;
  if (rejected) answer_error(c, data[0], call, arguments[0]);
  else answer_value(c, data[0], call, arguments[0]);
  return JS_UNDEFINED;
}

static bool answer_later(context *c, JSValueConst operation, uint64_t call, JSValueConst value) {
  JSValue promise = adopt(c, value), data[] = {operation, JS_NewInt64(c, (int64_t)call)};
  JSValue kept = JS_NewCFunctionData(c, settled, 1, false, 2, data), broken = JS_NewCFunctionData(c, settled, 1, true, 2, data);
  JSValue after = JS_IsException(promise) || JS_IsException(kept) || JS_IsException(broken)
                      ? JS_EXCEPTION : JS_PromiseThen(c, promise, kept, broken);
  bool good = !JS_IsException(after);
  JS_FreeValue(c, promise);
  JS_FreeValue(c, kept);
  JS_FreeValue(c, broken);
  JS_FreeValue(c, after);
  return good;
}

void serve(context *c, JSValueConst operation, const OF(operation, call_t) *call) {
  bool known = call->handler <= last_handler;
  JSValue function = known ? JS_GetPropertyUint32(c, handlers, (uint32_t)call->handler) : JS_UNDEFINED;
  if (JS_IsUndefined(function)) {
    OF(operation, result_json_failure_t) outcome = {.is_err = true};
    spell_string_set(&outcome.val.err.code, "not-found");
    spell_string_set(&outcome.val.err.message, "this spell has no such function any more");
    return answer(operation, call->id, &outcome);
  }
  uint64_t id = call->id, before = enter_call(id);
  JSValue kept = JS_DupValue(c, operation), argument = decode(c, (char *)call->arguments.ptr, call->arguments.len);
  if (!JS_IsException(argument) && !open(c, operation, id)) JS_FreeValue(c, argument), argument = JS_EXCEPTION;
  JSValue value = JS_IsException(argument) ? argument : JS_Call(c, function, JS_UNDEFINED, 1, &argument);
  // Handlers overlap: those that wait are answered when their promise is settled.
  if (JS_IsException(value)) answer_thrown(c, kept, id);
  else if (!JS_IsObject(value)) answer_value(c, kept, id, value);
  else if (!answer_later(c, kept, id, value)) answer_thrown(c, kept, id);
  enter_call(before);
  JS_FreeValue(c, value);
  JS_FreeValue(c, argument);
  JS_FreeValue(c, function);
  JS_FreeValue(c, kept);
}

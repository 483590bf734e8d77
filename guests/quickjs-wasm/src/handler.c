// Functions of the spell that the host asks for by number, while an operation is at work.
#include <stdlib.h>

#include "guest.h"

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

static uint64_t *given_up; // ids of calls whose askers are gone
static size_t count_given_up;

void forget_calls(JSValueConst operation) {
  for (size_t i = 0; i < count_of_calls;) {
    if (calls[i].operation != JS_VALUE_GET_PTR(operation)) {
      i++;
      continue;
    }
    uint64_t *grown = realloc(given_up, (count_given_up + 1) * sizeof *grown);
    if (!grown) end_out_of_memory();
    given_up = grown;
    given_up[count_given_up++] = calls[i].id;
    close(i);
  }
}

static JSValue server = JS_UNDEFINED, giver_up = JS_UNDEFINED; // the prelude's

void set_server(JSValue serve, JSValue give_up) { server = serve, giver_up = give_up; }

bool give_up_calls(context *c) {
  bool some = count_given_up;
  while (count_given_up) {
    JSValue id = JS_NewInt64(c, (int64_t)given_up[--count_given_up]);
    JS_FreeValue(c, JS_Call(c, giver_up, JS_UNDEFINED, 1, &id));
  }
  return some;
}

static void answer(JSValueConst operation, uint64_t call, OF(operation, result_json_failure_t) *outcome) {
  OF(operation, borrow_operation_t) lent;
  answered(call);
  // Else it was dropped meanwhile: the asker is gone.
  if (lend_operation(operation, &lent)) OF(operation, method_operation_answer)(lent, call, outcome);
}

// operation, call, value
JSValue handler_answer(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  int64_t call;
  json_text json;
  OF(operation, result_json_failure_t) outcome = {};
  JSValueConst value = arguments[2];
  if (JS_ToInt64(c, &call, arguments[1])) return JS_EXCEPTION;
  bool some = !JS_IsUndefined(value), good = !some || encode(c, value, 0, &json, &outcome.val.ok);
  if (!some) outcome.val.ok = (spell_string_t){(uint8_t *)"null", 4};
  if (good) answer(arguments[0], call, &outcome);
  if (some) free_json(&json);
  return good ? JS_UNDEFINED : JS_EXCEPTION;
}

// operation, call, error
JSValue handler_refuse(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  int64_t call;
  script_error found;
  if (JS_ToInt64(c, &call, arguments[1])) return JS_EXCEPTION;
  report(c, arguments[2], JS_UNDEFINED, true, &found);
  OF(operation, result_json_failure_t) outcome = {.is_err = true};
  outcome.val.err.code = found.code.is_some ? found.code.val : (spell_string_t){(uint8_t *)"script", 6};
  outcome.val.err.message = found.message;
  outcome.val.err.details.is_some = found.details.is_some;
  outcome.val.err.details.val = found.details.val;
  answer(arguments[0], call, &outcome);
  exports_llmspell_spell_guest_script_error_free(&found);
  return JS_UNDEFINED;
}

// A call whose arguments can't be values here is answered with that at once: its asker waits.
static void refuse_call(context *c, JSValueConst operation, uint64_t id) {
  JSValue thrown = JS_GetException(c);
  script_error found;
  report(c, thrown, JS_UNDEFINED, true, &found);
  OF(operation, result_json_failure_t) outcome = {.is_err = true};
  outcome.val.err.code = (spell_string_t){(uint8_t *)"invalid", 7};
  outcome.val.err.message = found.message;
  answer(operation, id, &outcome);
  exports_llmspell_spell_guest_script_error_free(&found);
  JS_FreeValue(c, thrown);
}

void serve(context *c, JSValueConst operation, const OF(operation, call_t) *call) {
  JSValue arguments[] = {JS_DupValue(c, operation), JS_NewInt64(c, (int64_t)call->id), JS_NewInt64(c, (int64_t)call->handler),
                         decode(c, (char *)call->arguments.ptr, call->arguments.len)};
  if (JS_IsException(arguments[3])) refuse_call(c, operation, call->id);
  // What goes wrong here has found no memory: the run ends by that soon.
  else if (open(c, operation, call->id))
    JS_FreeValue(c, JS_Call(c, server, JS_UNDEFINED, LENGTH(arguments), arguments));
  for (int i = 0; i < LENGTH(arguments); i++) JS_FreeValue(c, arguments[i]);
}

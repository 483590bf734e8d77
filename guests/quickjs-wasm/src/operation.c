// Operations as objects, and the loop that turns while something is left to do: jobs first, then one step of one
// operation. Handle 0 is never given out: it marks one that was dropped.
#include <stdlib.h>

#include "guest.h"

typedef OF(operation, own_operation_t) own_operation;
typedef OF(operation, borrow_operation_t) borrow_operation;
typedef OF(operation, step_t) step;

static JSClassID class;

// An operation that somebody waits for.
typedef struct {
  JSValue operation, promise;
  JSValue make; // makes the promise's value from the operation's; undefined: as it is
  trace begun;
} waiter;

static waiter *waiters;
static borrow_operation *handles; // of the same places
static size_t count_of_waiters, places;

static void drop(JSValueConst operation) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(operation, class);
  JS_SetOpaque(operation, NULL);
  if (handle) OF(operation, operation_drop_own)((own_operation){(int32_t)handle});
}

static void finalize(JSRuntime *unused, JSValueConst operation) { drop(operation); }

JSValue wrap_operation(context *c, own_operation handle) {
  JSValue operation = JS_NewObjectClass(c, class);
  if (JS_IsException(operation)) OF(operation, operation_drop_own)(handle);
  else JS_SetOpaque(operation, (void *)(uintptr_t)handle.__handle);
  return operation;
}

static bool has_place(context *c) {
  if (count_of_waiters < places) return true;
  size_t more = places ? places * 2 : 16;
  waiter *grown = js_realloc(c, waiters, more * sizeof *grown);
  if (!grown) return false;
  waiters = grown;
  borrow_operation *lent = js_realloc(c, handles, more * sizeof *lent);
  if (!lent) return false;
  handles = lent;
  places = more;
  return true;
}

// operation, make -> a promise of what `make` makes of its value
static JSValue operation_drive(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(arguments[0], class);
  if (!handle) return JS_ThrowTypeError(c, "not an open operation");
  JSValue promise = has_place(c) ? new_promise(c) : JS_EXCEPTION;
  if (JS_IsException(promise)) return promise;
  handles[count_of_waiters] = OF(operation, borrow_operation)((own_operation){(int32_t)handle});
  waiter *waiter = &waiters[count_of_waiters++];
  waiter->operation = JS_DupValue(c, arguments[0]);
  waiter->promise = JS_DupValue(c, promise);
  waiter->make = JS_DupValue(c, arguments[1]);
  take_trace(&waiter->begun);
  return promise;
}

// Takes a waiter out of the lists; the others keep their order.
static waiter take(size_t place) {
  waiter taken = waiters[place];
  size_t behind = --count_of_waiters - place;
  memmove(&waiters[place], &waiters[place + 1], behind * sizeof *waiters);
  memmove(&handles[place], &handles[place + 1], behind * sizeof *handles);
  return taken;
}

static void give_back(context *c, waiter *waiter) {
  drop(waiter->operation);
  JS_FreeValue(c, waiter->operation);
  JS_FreeValue(c, waiter->promise);
  JS_FreeValue(c, waiter->make);
  free_trace(&waiter->begun);
}

// Drops an operation: the work behind it stops, and whoever waits for it is forgotten.
static JSValue operation_close(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  for (size_t i = 0; i < count_of_waiters; i++) {
    if (JS_VALUE_GET_PTR(waiters[i].operation) != JS_VALUE_GET_PTR(arguments[0])) continue;
    waiter closed = take(i);
    give_back(c, &closed);
    return JS_UNDEFINED;
  }
  if (JS_GetOpaque(arguments[0], class)) drop(arguments[0]);
  return JS_UNDEFINED;
}

static JSValue operation_sleep(context *c, JSValueConst this, int count, JSValueConst *arguments) { // milliseconds, whole
  int64_t milliseconds;
  if (JS_ToInt64(c, &milliseconds, arguments[0])) return JS_EXCEPTION;
  return wrap_operation(c, OF(operation, sleep)((uint64_t)milliseconds));
}

static void end_waiter(context *c, size_t place, step *last) {
  waiter ended = take(place);
  bool failed = last->val.done.is_err;
  JSValue value;
  if (failed) {
    value = make_failure(c, &last->val.done.val.err, &ended.begun);
  } else {
    value = decode(c, (char *)last->val.done.val.ok.ptr, last->val.done.val.ok.len);
    OF(operation, step_free)(last);
    if (!JS_IsException(value) && !JS_IsUndefined(ended.make)) {
      JSValue made = JS_Call(c, ended.make, JS_UNDEFINED, 1, &value);
      JS_FreeValue(c, value);
      value = made;
    }
  }
  if (JS_IsException(value)) value = JS_GetException(c), failed = true;
  settle(c, ended.promise, value, failed);
  JS_FreeValue(c, value);
  give_back(c, &ended);
}

// Waits for one step of one operation.
static void turn(context *c) {
  step step;
  size_t place = 0;
  if (count_of_waiters == 1) {
    OF(operation, method_operation_next)(handles[0], &step);
  } else {
    OF(operation, list_borrow_operation_t) list = {handles, count_of_waiters};
    OF(operation, tuple2_u32_step_t) found;
    OF(operation, wait_any)(&list, &found);
    place = found.f0;
    step = found.f1;
  }
  switch (step.tag) {
  case LLMSPELL_SPELL_OPERATION_STEP_DONE:
    end_waiter(c, place, &step);
    return;
  case LLMSPELL_SPELL_OPERATION_STEP_CALL: {
    OF(operation, result_json_failure_t) outcome = {.is_err = true};
    spell_string_set(&outcome.val.err.code, "not-found");
    spell_string_set(&outcome.val.err.message, "this spell has no such function");
    OF(operation, method_operation_answer)(handles[place], step.val.call.id, &outcome);
    break;
  }
  default: break;
  }
  OF(operation, step_free)(&step);
}

// --- Rejections that nobody handles.

typedef struct {
  JSValue promise, reason, stack;
} rejection;

static rejection *rejections;
static size_t count_of_rejections;

static void on_rejection(context *c, JSValueConst promise, JSValueConst reason, bool handled, void *unused) {
  size_t place = 0;
  while (place < count_of_rejections && JS_VALUE_GET_PTR(rejections[place].promise) != JS_VALUE_GET_PTR(promise)) place++;
  if (!handled) {
    rejection *grown = js_realloc(c, rejections, (count_of_rejections + 1) * sizeof *grown);
    if (!grown) return; // the error is on its way
    rejections = grown;
    rejections[count_of_rejections++] = (rejection){JS_DupValue(c, promise), JS_DupValue(c, reason), take_throw_stack(c)};
  } else if (place < count_of_rejections) {
    JS_FreeValue(c, rejections[place].promise);
    JS_FreeValue(c, rejections[place].reason);
    JS_FreeValue(c, rejections[place].stack);
    memmove(&rejections[place], &rejections[place + 1], (--count_of_rejections - place) * sizeof *rejections);
  }
}

void watch_rejections(void) { JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL); }

static JSValue wait_for_nothing(context *c) {
  throw_text(c, "the spell waits for something that can't happen: no operation, timer or job is left that could end the wait");
  JSValue error = JS_GetException(c);
  JS_DefinePropertyValueStr(c, error, "name", JS_NewString(c, "Error"), JS_PROP_C_W_E);
  set_stack_waiting(c, error);
  return error;
}

// What is left over when the main promise fails, or a rejection is not handled, goes with the store.
bool finish(context *c, JSValueConst promise, JSValue *value, JSValue *stack) {
  JS_PromiseMarkAsHandled(c, promise);
  for (;;) {
    context *of;
    int left;
    do {
      if (JS_PromiseState(c, promise) == JS_PROMISE_REJECTED)
        return *value = JS_PromiseResult(c, promise), *stack = take_throw_stack(c), false;
      JS_FreeValue(c, take_throw_stack(c)); // of what is over
    } while ((left = JS_ExecutePendingJob(runtime, &of)) > 0);
    if (left < 0) return *value = JS_GetException(c), *stack = take_throw_stack(c), false;
    if (count_of_rejections)
      return *value = JS_DupValue(c, rejections[0].reason), *stack = JS_DupValue(c, rejections[0].stack), false;
    JSPromiseStateEnum state = JS_PromiseState(c, promise);
    if (count_of_waiters) turn(c);
    else if (state == JS_PROMISE_FULFILLED) return *value = JS_PromiseResult(c, promise), true;
    else return *value = wait_for_nothing(c), *stack = JS_UNDEFINED, false;
  }
}

static JSValue operation_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Operation", .finalizer = finalize});
  JS_SetClassProto(c, class, JS_NewObjectProto(c, JS_NULL));
  return JS_UNDEFINED;
}

const JSCFunctionListEntry operation_functions[] = {
    JS_CFUNC_DEF("drive", 2, operation_drive), JS_CFUNC_DEF("close", 1, operation_close),
    JS_CFUNC_DEF("sleep", 1, operation_sleep), JS_CFUNC_DEF("setup", 0, operation_setup)};
GIVE(operation);

// Operations as objects, and the loop that turns while something is left to do: jobs first, then one step of one
// operation. Handle 0 is never given out: it marks one that was dropped.
#include <stdio.h>

#include "guest.h"

typedef OF(operation, own_operation_t) own_operation;
typedef OF(operation, borrow_operation_t) borrow_operation;
typedef OF(operation, step_t) step;

static JSClassID class;

// An operation that is waited for.
typedef struct {
  JSValue operation, promise;
  JSValue make;     // makes the promise's value from the operation's; undefined: as it is
  JSValue on_chunk; // gets what is streamed
  bool one;         // one step is wanted, for an iterator: {value, done}
  bool listens;     // it answers calls, and does not keep the run from ending
  bool paused;      // no step is wanted for now
  uint64_t scope;   // that it was begun in
  trace begun;
} waiter;

static waiter *waiters;
static borrow_operation *handles; // of the same places
static size_t count_of_waiters, places;

// Also gives up what answers its calls: the asker is gone.
static void drop(JSValueConst operation) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(operation, class);
  if (!handle) return;
  JS_SetOpaque(operation, NULL);
  OF(operation, operation_drop_own)((own_operation){(int32_t)handle});
  forget_calls(operation);
}

static void finalize(JSRuntime *unused, JSValueConst operation) { drop(operation); }

JSValue wrap_operation(context *c, own_operation handle) {
  JSValue operation = JS_NewObjectClass(c, class);
  if (JS_IsException(operation)) OF(operation, operation_drop_own)(handle);
  else JS_SetOpaque(operation, (void *)(uintptr_t)handle.__handle);
  return operation;
}

bool lend_operation(JSValueConst operation, borrow_operation *lent) {
  uintptr_t handle = (uintptr_t)JS_GetOpaque(operation, class);
  if (handle) *lent = OF(operation, borrow_operation)((own_operation){(int32_t)handle});
  return handle;
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

static JSValue wait_for(context *c, JSValueConst operation, JSValueConst make, JSValueConst on_chunk, bool one) {
  borrow_operation handle;
  if (!lend_operation(operation, &handle)) return JS_ThrowTypeError(c, "not an open operation");
  JSValue promise = has_place(c) ? new_promise(c) : JS_EXCEPTION;
  if (JS_IsException(promise)) return promise;
  if (refuses_waits(TASK_OF(scope_now()))) {
    JSValue reason = make_cancelled(c);
    settle(c, promise, reason, true);
    JS_FreeValue(c, reason);
    return promise;
  }
  handles[count_of_waiters] = handle;
  waiter *waiter = &waiters[count_of_waiters++];
  waiter->operation = JS_DupValue(c, operation);
  waiter->promise = JS_DupValue(c, promise);
  waiter->make = JS_DupValue(c, make);
  waiter->on_chunk = JS_DupValue(c, on_chunk);
  waiter->one = one;
  waiter->listens = waiter->paused = false;
  waiter->scope = scope_now();
  take_trace(&waiter->begun);
  return promise;
}

// operation, make, on chunk -> a promise of what `make` makes of its value. An `on chunk` that gives false stops it:
// then the promise is of undefined.
static JSValue operation_drive(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  return wait_for(c, arguments[0], arguments[1], arguments[2], false);
}

// operation, make -> a promise of {value, done} for its next step; `make` is for the last one
static JSValue operation_pull(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  return wait_for(c, arguments[0], arguments[1], JS_UNDEFINED, true);
}

// operation: its calls are answered whenever the spell waits for anything, or at its end
static JSValue operation_listen(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  JSValue promise = wait_for(c, arguments[0], JS_UNDEFINED, JS_UNDEFINED, false);
  if (JS_IsException(promise)) return promise;
  waiters[count_of_waiters - 1].listens = true;
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

static void forget(context *c, waiter *waiter) {
  JS_FreeValue(c, waiter->operation);
  JS_FreeValue(c, waiter->promise);
  JS_FreeValue(c, waiter->make);
  JS_FreeValue(c, waiter->on_chunk);
  free_trace(&waiter->begun);
}

static size_t place_of(JSValueConst operation) {
  size_t place = 0;
  while (place < count_of_waiters && JS_VALUE_GET_PTR(waiters[place].operation) != JS_VALUE_GET_PTR(operation)) place++;
  return place;
}

// Settles a waiter's promise with a value, or with what was thrown if that is JS_EXCEPTION.
static void end(context *c, waiter *ended, JSValue value) {
  bool failed = JS_IsException(value);
  if (failed) value = JS_GetException(c);
  settle(c, ended->promise, value, failed);
  JS_FreeValue(c, value);
  forget(c, ended);
}

void stop_waits(context *c, uint32_t task, JSValueConst reason) {
  for (size_t i = 0; i < count_of_waiters;) {
    if (TASK_OF(waiters[i].scope) != task || waiters[i].listens) {
      i++;
      continue;
    }
    if (JS_IsUndefined(reason)) {
      waiters[i++].paused = true;
      continue;
    }
    waiter stopped = take(i);
    drop(stopped.operation);
    JS_Throw(c, JS_DupValue(c, reason)), end(c, &stopped, JS_EXCEPTION);
  }
}

uint32_t count_waits(uint32_t task) {
  uint32_t count = 0;
  for (size_t i = 0; i < count_of_waiters; i++) count += TASK_OF(waiters[i].scope) == task && !waiters[i].listens;
  return count;
}

// operation, whether its steps shall stay where they are
static JSValue operation_pause(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  size_t place = place_of(arguments[0]);
  if (place < count_of_waiters) waiters[place].paused = JS_VALUE_GET_BOOL(arguments[1]);
  return JS_UNDEFINED;
}

// Drops an operation: the work behind it stops. Who waits for it gets `reason`, or waits on if that is undefined.
static JSValue operation_close(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  if (JS_GetClassID(arguments[0]) != class) return JS_UNDEFINED;
  drop(arguments[0]);
  size_t place = place_of(arguments[0]);
  if (place == count_of_waiters) return JS_UNDEFINED;
  waiter closed = take(place);
  if (JS_IsUndefined(arguments[1])) forget(c, &closed);
  else JS_Throw(c, JS_DupValue(c, arguments[1])), end(c, &closed, JS_EXCEPTION);
  return JS_UNDEFINED;
}

static JSValue operation_sleep(context *c, JSValueConst this, int count, JSValueConst *arguments) { // milliseconds, whole
  int64_t milliseconds;
  if (JS_ToInt64(c, &milliseconds, arguments[0])) return JS_EXCEPTION;
  return wrap_operation(c, OF(operation, sleep)((uint64_t)milliseconds));
}

// Without a prototype: an iterator's result must not look like anything else.
static JSValue one_step(context *c, JSValue value, bool done) {
  if (JS_IsException(value)) return value;
  JSValue step = JS_NewObject(c);
  if (JS_IsException(step) || JS_DefinePropertyValueStr(c, step, "value", value, JS_PROP_C_W_E) < 0 ||
      JS_DefinePropertyValueStr(c, step, "done", JS_NewBool(c, done), JS_PROP_C_W_E) < 0)
    return JS_EXCEPTION;
  return step;
}

static JSValue call_within(context *c, uint64_t scope, JSValueConst function, JSValue argument) {
  if (JS_IsException(argument)) return argument;
  uint64_t before = enter_scope(scope);
  JSValue value = JS_Call(c, function, JS_UNDEFINED, 1, &argument);
  enter_scope(before);
  JS_FreeValue(c, argument);
  return value;
}

// The value of a text that the host gave; what can't be one here fails with a code.
static JSValue decode_step(context *c, const spell_string_t *text, const trace *begun) {
  JSValue value = decode(c, (char *)text->ptr, text->len);
  if (!JS_IsException(value)) return value;
  JSValue thrown = JS_GetException(c);
  if (is_out_of_memory(c, thrown)) return JS_Throw(c, thrown);
  JSValue said = data_of(c, thrown, "message");
  const char *message = JS_ToCString(c, said);
  failure_t failure = {};
  spell_string_dup(&failure.code, "invalid");
  spell_string_dup(&failure.message, message ? message : "the value can't be taken");
  JS_FreeCString(c, message);
  JS_FreeValue(c, said);
  JS_FreeValue(c, thrown);
  value = make_failure(c, &failure, begun);
  return JS_IsException(value) ? value : JS_Throw(c, value);
}

static void end_last(context *c, size_t place, step *last) {
  waiter ended = take(place);
  JSValue value;
  drop(ended.operation);
  if (last->val.done.is_err) {
    value = make_failure(c, &last->val.done.val.err, &ended.begun);
    if (!JS_IsException(value)) value = JS_Throw(c, value);
  } else {
    value = decode_step(c, &last->val.done.val.ok, &ended.begun);
    OF(operation, step_free)(last);
    if (!JS_IsUndefined(ended.make)) value = call_within(c, ended.scope, ended.make, value);
    if (ended.one) value = one_step(c, value, true);
  }
  end(c, &ended, value);
}

static void take_chunk(context *c, size_t place, step *step) {
  waiter *waiting = &waiters[place];
  if (!waiting->one && JS_IsUndefined(waiting->on_chunk)) return;
  JSValue value = decode_step(c, &step->val.chunk, &waiting->begun);
  if (waiting->one) {
    waiter taken = take(place);
    return end(c, &taken, one_step(c, value, false));
  }
  JSValue operation = JS_DupValue(c, waiting->operation), heard = JS_DupValue(c, waiting->on_chunk);
  value = call_within(c, waiting->scope, heard, value);
  bool stops = JS_IsException(value) || (JS_IsBool(value) && !JS_VALUE_GET_BOOL(value));
  place = place_of(operation); // it may have been closed meanwhile, and others may have come and gone
  if (stops && place < count_of_waiters) {
    waiter taken = take(place);
    drop(operation);
    end(c, &taken, JS_IsException(value) ? value : JS_UNDEFINED);
  } else if (JS_IsException(value))
    JS_FreeValue(c, JS_GetException(c));
  else
    JS_FreeValue(c, value);
  JS_FreeValue(c, heard);
  JS_FreeValue(c, operation);
}

// Those whose steps are wanted, first. Gives their number.
static size_t put_paused_last(void) {
  size_t wanted = 0;
  for (size_t i = 0; i < count_of_waiters; i++) {
    if (waiters[i].paused) continue;
    waiter one = waiters[i];
    borrow_operation handle = handles[i];
    memmove(&waiters[wanted + 1], &waiters[wanted], (i - wanted) * sizeof *waiters);
    memmove(&handles[wanted + 1], &handles[wanted], (i - wanted) * sizeof *handles);
    waiters[wanted] = one, handles[wanted++] = handle;
  }
  return wanted;
}

// Waits for one step of one operation. False: there is none to wait for.
static bool turn(context *c) {
  step step;
  size_t place = 0, wanted = put_paused_last();
  if (!wanted) return false;
  if (wanted == 1) {
    OF(operation, method_operation_next)(handles[0], &step);
  } else {
    OF(operation, list_borrow_operation_t) list = {handles, wanted};
    OF(operation, tuple2_u32_step_t) found;
    OF(operation, wait_any)(&list, &found);
    place = found.f0;
    step = found.f1;
  }
  switch (step.tag) {
  case LLMSPELL_SPELL_OPERATION_STEP_DONE: end_last(c, place, &step); return true;
  default: break;
  }
  JSValue operation = JS_DupValue(c, waiters[place].operation);
  if (step.tag == LLMSPELL_SPELL_OPERATION_STEP_CALL) serve(c, operation, &step.val.call);
  else if (step.tag == LLMSPELL_SPELL_OPERATION_STEP_CHUNK) take_chunk(c, place, &step);
  JS_FreeValue(c, operation);
  OF(operation, step_free)(&step);
  return true;
}

static JSValue wait_for_nothing(context *c) {
  throw_text(c, "the spell waits for something that can't happen: no operation, timer or job is left that could end the wait");
  JSValue error = JS_GetException(c);
  JS_DefinePropertyValueStr(c, error, "name", JS_NewString(c, "Error"), JS_PROP_C_W_E);
  set_stack_waiting(c, error, 0);
  return error;
}

// The prelude's function for the end of the main chunk: it makes operations that only listen come to theirs.
static JSValue finisher = JS_UNDEFINED;

static JSValue operation_at_end(context *c, JSValueConst this, int count, JSValueConst *arguments) { // function
  finisher = JS_DupValue(c, arguments[0]);
  return JS_UNDEFINED;
}

// Whether only those that listen are left, and maybe what answers calls of the host: that does not keep a run from ending.
static bool only_listens(bool or_answers) {
  for (size_t i = 0; i < count_of_waiters; i++)
    if (!waiters[i].listens && !(or_answers && (uint32_t)waiters[i].scope)) return false;
  return true;
}

// The main chunk has ended, and so has all that it began. False: nothing listens, or it has been told already.
static bool end_listeners(context *c) {
  if (JS_IsUndefined(finisher)) return false;
  JSValue told = JS_Call(c, finisher, JS_UNDEFINED, 0, NULL); // a promise: if it is rejected, that is unhandled
  finisher = JS_UNDEFINED;
  JS_FreeValue(c, JS_IsException(told) ? JS_GetException(c) : told);
  return true;
}

// Runs jobs until none is left. False: one threw an uncaught error, or a rejection is not handled.
static bool run_jobs(context *c, JSValueConst promise, bool *ended, JSValue *value, JSValue *stack) {
  for (;;) {
    context *of;
    if (!*ended && JS_PromiseState(c, promise) == JS_PROMISE_REJECTED)
      return *value = JS_PromiseResult(c, promise), *stack = take_throw_stack(c), false;
    JS_FreeValue(c, take_throw_stack(c)); // of what is over
    release_kept(c);
    int left = JS_ExecutePendingJob(runtime, &of);
    if (left < 0) return *value = JS_GetException(c), *stack = take_throw_stack(c), false;
    if (!left) return !forgotten_rejection(c, value, stack);
  }
}

// The main chunk failed: what it began is cancelled, and comes to its end. Errors on the way no longer matter.
static void wind_up(context *c, JSValueConst promise) {
  JSValue value, stack;
  bool ended = true;
  for (end_main(c, false);;) {
    run_jobs(c, promise, &ended, &value, &stack);
    if (JS_IsJobPending(runtime) || give_up_calls(c)) continue;
    tasks_state state = tasks_idle(c);
    if (state == LOST) JS_FreeValue(c, JS_GetException(c));
    if (state == OVER || state == LOST) return;
    if (state == OPEN && !turn(c) && !break_deadlock(c)) return;
  }
}

static bool listeners_stay; // for a prompt

void keep_listeners(void) { listeners_stay = true; }

void drop_rest(context *c) {
  for (size_t i = 0; i < count_of_waiters;) {
    if (TASK_OF(waiters[i].scope) || waiters[i].listens) {
      i++;
      continue;
    }
    waiter dropped = take(i);
    drop(dropped.operation);
    forget(c, &dropped);
  }
}

static bool fail(context *c, JSValueConst promise) {
  if (listeners_stay) drop_rest(c);
  if (has_tasks()) wind_up(c, promise);
  return false;
}

// What is left over when the main promise fails, or a rejection is not handled, goes with the store.
// Tells the host the result when the rest has to be waited for: it may take longer than the run.
static void tell_returned(context *c, JSValueConst promise, bool module) {
  char places[400] = "";
  size_t length = 0;
  for (size_t i = 0; i < count_of_waiters && length < sizeof places - 100; i++) {
    char place[80];
    if (waiters[i].listens || !show_place(c, &waiters[i].begun, place, sizeof place)) continue;
    length += snprintf(places + length, sizeof places - length, "%s%s", length ? ", " : "", place);
  }
  JSValue value = module ? module_value(c) : JS_PromiseResult(c, promise);
  json_text json;
  spell_string_t text, at_work = {(uint8_t *)places, length};
  bool some = !JS_IsUndefined(value) && !(module && JS_IsPromise(value));
  bool good = !JS_IsException(value) && (!some || encode_result(c, value, &json, &text));
  if (good) OF(exit, returned)(some ? &text : NULL, &at_work);
  else JS_FreeValue(c, JS_GetException(c)); // what can't be returned is told when the run ends
  if (some && !JS_IsException(value)) free_json(&json);
  JS_FreeValue(c, value);
}

bool finish(context *c, JSValueConst promise, bool module, JSValue *value, JSValue *stack) {
  bool ended = false, told = false;
  JS_PromiseMarkAsHandled(c, promise);
  for (;;) {
    if (!run_jobs(c, promise, &ended, value, stack)) return fail(c, promise);
    if (give_up_calls(c)) continue;
    bool over = JS_PromiseState(c, promise) == JS_PROMISE_FULFILLED;
    if (over && !ended && has_tasks()) end_main(c, true);
    ended = over;
    tasks_state state = has_tasks() ? tasks_idle(c) : OVER;
    if (state == AGAIN) continue;
    if (state == LOST) return *value = JS_GetException(c), *stack = take_throw_stack(c), false;
    if (over && state == OVER && listeners_stay && only_listens(true)) return *value = JS_PromiseResult(c, promise), true;
    if (over && state == OPEN ? only_listens(false) && break_deadlock(c)
                              : over && only_listens(true) && end_listeners(c)) continue;
    if (over && !told && !listeners_stay && !only_listens(true)) told = true, tell_returned(c, promise, module);
    if (turn(c) || break_deadlock(c)) continue;
    if (over) return *value = JS_PromiseResult(c, promise), true;
    *value = wait_for_nothing(c), *stack = JS_UNDEFINED;
    return fail(c, promise);
  }
}

static JSValue operation_thrower(context *c, JSValueConst this, int count, JSValueConst *arguments) { // promise
  set_thrower(arguments[0]);
  return JS_UNDEFINED;
}

// What answers calls, and gives up to answer one: once, before the snapshot.
static JSValue operation_on_calls(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  set_server(JS_DupValue(c, arguments[0]), JS_DupValue(c, arguments[1]));
  return JS_UNDEFINED;
}

static JSValue operation_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Operation", .finalizer = finalize});
  JS_SetClassProto(c, class, JS_NewObjectProto(c, JS_NULL));
  return JS_UNDEFINED;
}

static JSValue operation_promises(context *c, JSValueConst this, int count, JSValueConst *arguments) { // their prototype
  set_promise_prototype(c, arguments[0]);
  return JS_UNDEFINED;
}

const JSCFunctionListEntry operation_functions[] = {
    JS_CFUNC_DEF("drive", 3, operation_drive),   JS_CFUNC_DEF("pull", 2, operation_pull),
    JS_CFUNC_DEF("close", 2, operation_close),   JS_CFUNC_DEF("sleep", 1, operation_sleep),
    JS_CFUNC_DEF("listen", 1, operation_listen), JS_CFUNC_DEF("pause", 2, operation_pause),
    JS_CFUNC_DEF("answer", 3, handler_answer),   JS_CFUNC_DEF("refuse", 3, handler_refuse),
    JS_CFUNC_DEF("onCalls", 2, operation_on_calls), JS_CFUNC_DEF("atEnd", 1, operation_at_end),
    JS_CFUNC_DEF("setup", 0, operation_setup),   JS_CFUNC_DEF("promises", 1, operation_promises),
    JS_CFUNC_DEF("thrower", 1, operation_thrower), {}};

// Tasks: their numbers, which the engine hands on from job to job, and what the prelude asks about them.
#include <stdlib.h>

#include "guest.h"

static uint32_t last_task;
static JSValue main_ended = JS_UNDEFINED, idle = JS_UNDEFINED, deadlock = JS_UNDEFINED; // the prelude's

bool has_tasks(void) { return last_task; }

// Tasks that were cancelled, by number.
enum { CANCELLED = 1, GONE, RUNNING };
static JSValue marks = JS_UNDEFINED;

static int mark_of(uint32_t task) {
  if (!task || JS_IsUndefined(marks)) return 0;
  JSValue mark = JS_GetPropertyUint32(main_context, marks, task);
  return JS_IsException(mark) || JS_IsUndefined(mark) ? 0 : JS_VALUE_GET_INT(mark);
}

bool is_cancelled(uint32_t task) { return mark_of(task); }

bool refuses_waits(uint32_t task) {
  int mark = mark_of(task);
  if (mark == RUNNING) JS_SetPropertyUint32(main_context, marks, task, JS_NewInt32(main_context, CANCELLED));
  return mark == GONE || mark == RUNNING;
}

static JSValue task_refuses(context *c, JSValueConst this, int count, JSValueConst *arguments) { // task -> whether it can't wait
  uint32_t task;
  return JS_ToUint32(c, &task, arguments[0]) ? JS_EXCEPTION : JS_NewBool(c, refuses_waits(task));
}

void end_main(context *c, bool ok) {
  JSValue well = JS_NewBool(c, ok);
  JS_FreeValue(c, JS_Call(c, main_ended, JS_UNDEFINED, 1, &well));
}

tasks_state tasks_idle(context *c) {
  JSValue state = JS_Call(c, idle, JS_UNDEFINED, 0, NULL);
  return JS_IsException(state) ? LOST : JS_VALUE_GET_INT(state);
}

bool break_deadlock(context *c) {
  if (!last_task) return false;
  JSValue broken = JS_Call(c, deadlock, JS_UNDEFINED, 0, NULL);
  return !JS_IsException(broken) && JS_VALUE_GET_BOOL(broken);
}

static JSValue task_number(context *c, JSValueConst this, int count, JSValueConst *arguments) { // -> of a new task
  return JS_NewUint32(c, ++last_task);
}

static JSValue task_now(context *c, JSValueConst this, int count, JSValueConst *arguments) { // -> the number of the current one
  return JS_NewUint32(c, TASK_OF(scope_now()));
}

static JSValue task_within(context *c, JSValueConst this, int count, JSValueConst *arguments) { // -> the call; undefined: none
  return within() ? JS_NewInt64(c, (int64_t)*within()) : JS_UNDEFINED;
}

// task, call or undefined, function, list of arguments: as if from within these
static JSValue task_inside(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  uint32_t task;
  int64_t call = 0;
  if (JS_ToUint32(c, &task, arguments[0]) || (!JS_IsUndefined(arguments[1]) && JS_ToInt64(c, &call, arguments[1])))
    return JS_EXCEPTION;
  uint64_t before = enter_scope(SCOPE(task, call));
  JSValue value = apply(c, arguments[2], arguments[3]);
  enter_scope(before);
  return value;
}

static JSValue task_mark(context *c, JSValueConst this, int count, JSValueConst *arguments) { // task, a mark or undefined
  uint32_t task;
  if (JS_ToUint32(c, &task, arguments[0])) return JS_EXCEPTION;
  if (JS_IsUndefined(marks)) marks = JS_NewObjectProto(c, JS_NULL);
  if (!JS_IsUndefined(arguments[1])) {
    if (JS_SetPropertyUint32(c, marks, task, JS_DupValue(c, arguments[1])) < 0) return JS_EXCEPTION;
    return JS_UNDEFINED;
  }
  JSAtom name = JS_NewAtomUInt32(c, task);
  JS_DeleteProperty(c, marks, name, 0);
  JS_FreeAtom(c, name);
  return JS_UNDEFINED;
}

static JSValue task_stop(context *c, JSValueConst this, int count, JSValueConst *arguments) { // task, reason (undefined: it waits on)
  uint32_t task;
  if (JS_ToUint32(c, &task, arguments[0])) return JS_EXCEPTION;
  stop_waits(c, task, arguments[1]);
  return JS_UNDEFINED;
}

static JSValue task_waits(context *c, JSValueConst this, int count, JSValueConst *arguments) { // task -> how many
  uint32_t task;
  return JS_ToUint32(c, &task, arguments[0]) ? JS_EXCEPTION : JS_NewUint32(c, count_waits(task));
}

static JSValue task_where(context *c, JSValueConst this, int count, JSValueConst *arguments) { // task -> "file:line"
  uint32_t task;
  return JS_ToUint32(c, &task, arguments[0]) ? JS_EXCEPTION : where_waiting(c, task);
}

static JSValue task_set_place(context *c, JSValueConst this, int count, JSValueConst *arguments) { // error, task that waits
  uint32_t task;
  if (JS_ToUint32(c, &task, arguments[1])) return JS_EXCEPTION;
  set_stack_waiting(c, arguments[0], task);
  return JS_UNDEFINED;
}

static JSValue task_copy(context *c, JSValueConst this, int count, JSValueConst *arguments) { // record -> another one
  return copy_record(c, arguments[0]);
}

static JSValue task_promise(context *c, JSValueConst this, int count, JSValueConst *arguments) { return new_promise(c); }

static JSValue task_settle(context *c, JSValueConst this, int count, JSValueConst *arguments) { // promise, value, rejected
  settle(c, arguments[0], arguments[1], JS_VALUE_GET_BOOL(arguments[2]));
  return JS_UNDEFINED;
}

// value, kept, broken: calls one of them when what the value promises is there
static JSValue task_react(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  JSValue promise = adopt(c, arguments[0]);
  JSValue after = JS_IsException(promise) ? promise : JS_PromiseThen(c, promise, arguments[1], arguments[2]);
  if (!JS_IsException(promise)) JS_FreeValue(c, promise);
  if (JS_IsException(after)) return after;
  JS_FreeValue(c, after);
  return JS_UNDEFINED;
}

static JSClassID class;

static JSValue task_handle(context *c, JSValueConst this, int count, JSValueConst *arguments) { // prototype -> what a spell holds
  return JS_NewObjectProtoClass(c, arguments[0], class);
}

static JSValue task_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  JS_NewClassID(runtime, &class);
  JS_NewClass(runtime, class, &(JSClassDef){"Task"});
  main_ended = JS_DupValue(c, arguments[0]), idle = JS_DupValue(c, arguments[1]), deadlock = JS_DupValue(c, arguments[2]);
  return JS_UNDEFINED;
}

const JSCFunctionListEntry task_functions[] = {
    JS_CFUNC_DEF("number", 0, task_number), JS_CFUNC_DEF("now", 0, task_now), JS_CFUNC_DEF("within", 0, task_within),
    JS_CFUNC_DEF("inside", 4, task_inside), JS_CFUNC_DEF("mark", 2, task_mark), JS_CFUNC_DEF("refuses", 1, task_refuses), JS_CFUNC_DEF("stop", 2, task_stop),
    JS_CFUNC_DEF("waits", 1, task_waits), JS_CFUNC_DEF("where", 1, task_where), JS_CFUNC_DEF("setPlace", 2, task_set_place),
    JS_CFUNC_DEF("copy", 1, task_copy), JS_CFUNC_DEF("promise", 0, task_promise), JS_CFUNC_DEF("settle", 3, task_settle), JS_CFUNC_DEF("react", 3, task_react),
    JS_CFUNC_DEF("handle", 1, task_handle), JS_CFUNC_DEF("setup", 3, task_setup), {}};

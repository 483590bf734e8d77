// Events: telling, subscribing, receiving.
#include "guest.h"

static bool get_id(context *c, JSValueConst value, uint64_t *id) {
  int64_t number;
  if (JS_ToInt64(c, &number, value)) return false;
  *id = (uint64_t)number;
  return true;
}

static JSValue event_emit(context *c, JSValueConst this, int count, JSValueConst *arguments) { // event -> number | operation
  json_text json;
  spell_string_t event;
  OF(event, emitted_t) emitted;
  failure_t failure;
  JSValue answer = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &event)) {
    if (!OF(event, emit)(&event, within(), &emitted, &failure)) throw_failure(c, &failure);
    else if (emitted.tag == LLMSPELL_SPELL_EVENT_EMITTED_WAITING) answer = wrap_operation(c, emitted.val.waiting);
    else answer = JS_NewInt64(c, emitted.val.done);
  }
  free_json(&json);
  return answer;
}

// pattern, handler or undefined, options -> id
static JSValue event_subscribe(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t pattern, options;
  json_text json;
  uint64_t handler, id;
  failure_t failure;
  bool handled = !JS_IsUndefined(arguments[1]);
  JSValue made = JS_EXCEPTION;
  if ((handled && !get_id(c, arguments[1], &handler)) || !get_text(c, arguments[0], &pattern)) return made;
  if (encode(c, arguments[2], 0, &json, &options)) {
    if (OF(event, subscribe)(&pattern, handled ? &handler : NULL, &options, &id, &failure)) made = JS_NewInt64(c, (int64_t)id);
    else throw_failure(c, &failure);
  }
  free_json(&json);
  free_text(c, &pattern);
  return made;
}

static JSValue event_unsubscribe(context *c, JSValueConst this, int count, JSValueConst *arguments) { // id -> boolean
  uint64_t id;
  return get_id(c, arguments[0], &id) ? JS_NewBool(c, OF(event, unsubscribe)(id)) : JS_EXCEPTION;
}

// subscription, milliseconds -> operation
static JSValue event_receive(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  uint64_t id, milliseconds;
  if (!get_id(c, arguments[0], &id) || !get_id(c, arguments[1], &milliseconds)) return JS_EXCEPTION;
  return wrap_operation(c, OF(event, receive)(id, milliseconds, within()));
}

static JSValue event_take(context *c, JSValueConst this, int count, JSValueConst *arguments) { // subscription, most -> list
  uint64_t id, most;
  spell_string_t list;
  failure_t failure;
  if (!get_id(c, arguments[0], &id) || !get_id(c, arguments[1], &most)) return JS_EXCEPTION;
  return OF(event, take)(id, (uint32_t)most, &list, &failure) ? from_json(c, &list) : throw_failure(c, &failure);
}

static JSValue event_inbox(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  return wrap_operation(c, OF(event, inbox)());
}

static JSValue event_finish(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  OF(event, finish)();
  return JS_UNDEFINED;
}

static JSValue event_subscriptions(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t list;
  OF(event, subscriptions)(&list);
  return from_json(c, &list);
}

static JSValue event_stats(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  spell_string_t stats;
  OF(event, stats)(&stats);
  return from_json(c, &stats);
}

static JSValue event_clear(context *c, JSValueConst this, int count, JSValueConst *arguments) { // pattern -> number of events
  spell_string_t pattern;
  uint64_t cleared;
  failure_t failure;
  if (!get_text(c, arguments[0], &pattern)) return JS_EXCEPTION;
  JSValue number = OF(event, clear)(&pattern, &cleared, &failure) ? JS_NewInt64(c, (int64_t)cleared) : throw_failure(c, &failure);
  free_text(c, &pattern);
  return number;
}

static JSValue event_record(context *c, JSValueConst this, int count, JSValueConst *arguments) { // pattern, options -> id
  spell_string_t pattern, options;
  json_text json;
  uint64_t id;
  failure_t failure;
  JSValue made = JS_EXCEPTION;
  if (!get_text(c, arguments[0], &pattern)) return made;
  if (encode(c, arguments[1], 0, &json, &options))
    made = OF(event, record)(&pattern, &options, &id, &failure) ? JS_NewInt64(c, (int64_t)id) : throw_failure(c, &failure);
  free_json(&json);
  free_text(c, &pattern);
  return made;
}

static JSValue event_replay(context *c, JSValueConst this, int count, JSValueConst *arguments) { // recording, options -> operation
  uint64_t id;
  json_text json;
  spell_string_t options;
  JSValue operation = JS_EXCEPTION;
  if (!get_id(c, arguments[0], &id)) return operation;
  if (encode(c, arguments[1], 0, &json, &options)) operation = wrap_operation(c, OF(event, replay)(id, &options, within()));
  free_json(&json);
  return operation;
}

const JSCFunctionListEntry event_functions[] = {
    JS_CFUNC_DEF("emit", 1, event_emit), JS_CFUNC_DEF("subscribe", 3, event_subscribe),
    JS_CFUNC_DEF("unsubscribe", 1, event_unsubscribe), JS_CFUNC_DEF("receive", 2, event_receive),
    JS_CFUNC_DEF("take", 2, event_take), JS_CFUNC_DEF("inbox", 0, event_inbox), JS_CFUNC_DEF("finish", 0, event_finish),
    JS_CFUNC_DEF("subscriptions", 0, event_subscriptions), JS_CFUNC_DEF("stats", 0, event_stats),
    JS_CFUNC_DEF("clear", 1, event_clear), JS_CFUNC_DEF("record", 2, event_record), JS_CFUNC_DEF("replay", 2, event_replay)};
GIVE(event);

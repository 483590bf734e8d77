// Events: telling, subscribing, receiving.
#include "guest.h"

static uint64_t check_id(lua_State *l, int index) { return (uint64_t)luaL_checkinteger(l, index); }

static int fail(lua_State *l, failure_t *failure) {
  lua_pushnil(l);
  push_failure(l, failure);
  return 2;
}

static int push_number(lua_State *l, uint64_t number) {
  lua_pushinteger(l, (lua_Integer)number);
  return 1;
}

static int push_json(lua_State *l, spell_string_t *json) {
  decode(l, (char *)json->ptr, json->len);
  spell_string_free(json);
  return 1;
}

static int event_emit(lua_State *l) { // event -> number of subscriptions | operation | nil, failure
  json_text json;
  spell_string_t event = encode(l, 1, &json);
  OF(event, emitted_t) emitted;
  failure_t failure;
  if (!OF(event, emit)(&event, within(), &emitted, &failure)) return fail(l, &failure);
  if (emitted.tag == LLMSPELL_SPELL_EVENT_EMITTED_WAITING) return wrap_operation(l, emitted.val.waiting);
  return push_number(l, emitted.val.done);
}

static int event_subscribe(lua_State *l) { // pattern, handler or nil, options -> id | nil, failure
  spell_string_t pattern = check_text(l, 1);
  uint64_t handler = lua_isnil(l, 2) ? 0 : check_id(l, 2), id;
  json_text json;
  spell_string_t options = encode(l, 3, &json);
  failure_t failure;
  if (!OF(event, subscribe)(&pattern, lua_isnil(l, 2) ? NULL : &handler, &options, &id, &failure)) return fail(l, &failure);
  return push_number(l, id);
}

static int event_unsubscribe(lua_State *l) { // id -> whether there was one
  lua_pushboolean(l, OF(event, unsubscribe)(check_id(l, 1)));
  return 1;
}

static int event_receive(lua_State *l) { // subscription, milliseconds -> operation
  return wrap_operation(l, OF(event, receive)(check_id(l, 1), check_id(l, 2), within()));
}

static int event_take(lua_State *l) { // subscription, most -> list | nil, failure
  spell_string_t list;
  failure_t failure;
  if (!OF(event, take)(check_id(l, 1), (uint32_t)luaL_checkinteger(l, 2), &list, &failure)) return fail(l, &failure);
  return push_json(l, &list);
}

static int event_inbox(lua_State *l) { return wrap_operation(l, OF(event, inbox)()); }

static int event_finish(lua_State *l) {
  OF(event, finish)();
  return 0;
}

static int event_subscriptions(lua_State *l) {
  spell_string_t list;
  OF(event, subscriptions)(&list);
  return push_json(l, &list);
}

static int event_stats(lua_State *l) {
  spell_string_t stats;
  OF(event, stats)(&stats);
  return push_json(l, &stats);
}

static int event_clear(lua_State *l) { // pattern -> number of events | nil, failure
  spell_string_t pattern = check_text(l, 1);
  uint64_t cleared;
  failure_t failure;
  if (!OF(event, clear)(&pattern, &cleared, &failure)) return fail(l, &failure);
  return push_number(l, cleared);
}

static int event_record(lua_State *l) { // pattern, options -> id | nil, failure
  spell_string_t pattern = check_text(l, 1);
  json_text json;
  spell_string_t options = encode(l, 2, &json);
  uint64_t id;
  failure_t failure;
  if (!OF(event, record)(&pattern, &options, &id, &failure)) return fail(l, &failure);
  return push_number(l, id);
}

static int event_replay(lua_State *l) { // recording, options -> operation
  json_text json;
  spell_string_t options = encode(l, 2, &json);
  return wrap_operation(l, OF(event, replay)(check_id(l, 1), &options, within()));
}

const luaL_Reg event_functions[] = {{"emit", event_emit}, {"subscribe", event_subscribe},
                                    {"unsubscribe", event_unsubscribe}, {"receive", event_receive},
                                    {"take", event_take}, {"inbox", event_inbox}, {"finish", event_finish},
                                    {"subscriptions", event_subscriptions}, {"stats", event_stats},
                                    {"clear", event_clear}, {"record", event_record}, {"replay", event_replay},
                                    {NULL, NULL}};

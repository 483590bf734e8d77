// State: what outlives the run.
#include "guest.h"

typedef OF(state, answer_t) answer;

static int fail(lua_State *l, failure_t *failure) {
  lua_pushnil(l);
  push_failure(l, failure);
  return 2;
}

static int push_json(lua_State *l, bool ok, spell_string_t *json, failure_t *failure) { // value | nil, failure
  if (!ok) return fail(l, failure);
  decode(l, (char *)json->ptr, json->len);
  spell_string_free(json);
  return 1;
}

static int push_answer(lua_State *l, bool ok, answer *answer, failure_t *failure) { // value | operation | nil, failure
  if (ok && answer->tag == LLMSPELL_SPELL_STATE_ANSWER_WAITING) return wrap_operation(l, answer->val.waiting);
  return push_json(l, ok, &answer->val.done, failure);
}

// A failed push (no memory) leaks what the host gave: bounded, since the host ends the run at the third refusal.
static void push_entry(lua_State *l, OF(state, entry_t) *entry) { // {key, value, version, expires_at}
  lua_createtable(l, 0, 4);
  push_text(l, &entry->key), lua_setfield(l, -2, "key");
  if (entry->value.is_some) {
    decode(l, (char *)entry->value.val.ptr, entry->value.val.len);
    lua_setfield(l, -2, "value");
  }
  lua_pushinteger(l, (lua_Integer)entry->version), lua_setfield(l, -2, "version");
  if (!entry->expires_at.is_some) return;
  lua_pushinteger(l, (lua_Integer)entry->expires_at.val), lua_setfield(l, -2, "expires_at");
}

static int state_get(lua_State *l) { // scope, key -> entry or false | operation | nil, failure
  spell_string_t scope = check_text(l, 1), key = check_text(l, 2);
  OF(state, found_t) found;
  failure_t failure;
  if (!OF(state, get)(&scope, &key, within(), &found, &failure)) return fail(l, &failure);
  if (found.tag == LLMSPELL_SPELL_STATE_FOUND_WAITING) return wrap_operation(l, found.val.waiting);
  if (found.val.done.is_some) push_entry(l, &found.val.done.val);
  else lua_pushboolean(l, 0);
  OF(state, found_free)(&found);
  return 1;
}

static int state_put(lua_State *l) { // scope, key, value, options -> {version, existed}
  spell_string_t scope = check_text(l, 1), key = check_text(l, 2);
  json_text value_json, options_json;
  spell_string_t value = encode(l, 3, &value_json), options = encode(l, 4, &options_json);
  answer answer;
  failure_t failure;
  bool ok = OF(state, put)(&scope, &key, &value, &options, within(), &answer, &failure);
  return push_answer(l, ok, &answer, &failure);
}

static int state_delete(lua_State *l) { // scope, key, options -> {version, existed}
  spell_string_t scope = check_text(l, 1), key = check_text(l, 2);
  json_text json;
  spell_string_t options = encode(l, 3, &json);
  answer answer;
  failure_t failure;
  bool ok = OF(state, delete)(&scope, &key, &options, within(), &answer, &failure);
  return push_answer(l, ok, &answer, &failure);
}

static int state_increment(lua_State *l) { // scope, key, by, options -> {version, value}
  spell_string_t scope = check_text(l, 1), key = check_text(l, 2);
  json_text by_json, options_json;
  spell_string_t by = encode(l, 3, &by_json), options = encode(l, 4, &options_json);
  answer answer;
  failure_t failure;
  bool ok = OF(state, increment)(&scope, &key, &by, &options, within(), &answer, &failure);
  return push_answer(l, ok, &answer, &failure);
}

static int state_commit(lua_State *l) { // changes -> {version, changes}
  json_text json;
  spell_string_t changes = encode(l, 1, &json);
  answer answer;
  failure_t failure;
  bool ok = OF(state, commit)(&changes, within(), &answer, &failure);
  return push_answer(l, ok, &answer, &failure);
}

static int state_list(lua_State *l) { // scope, options -> entries, next | nil, failure
  spell_string_t scope = check_text(l, 1);
  json_text json;
  spell_string_t options = encode(l, 2, &json);
  OF(state, page_t) page;
  failure_t failure;
  if (!OF(state, list)(&scope, &options, &page, &failure)) return fail(l, &failure);
  lua_createtable(l, (int)page.entries.len, 0);
  luaL_setmetatable(l, "array");
  for (size_t i = 0; i < page.entries.len; i++) {
    push_entry(l, &page.entries.ptr[i]);
    lua_rawseti(l, -2, (lua_Integer)i + 1);
  }
  if (page.next.is_some) push_text(l, &page.next.val);
  else lua_pushnil(l);
  OF(state, page_free)(&page);
  return 2;
}

static int state_scopes(lua_State *l) { // after or nil -> names
  spell_string_t after = {0}, names;
  if (!lua_isnoneornil(l, 1)) after = check_text(l, 1);
  failure_t failure;
  bool ok = OF(state, scopes)(lua_isnoneornil(l, 1) ? NULL : &after, &names, &failure);
  return push_json(l, ok, &names, &failure);
}

static int state_usage(lua_State *l) {
  spell_string_t usage;
  failure_t failure;
  bool ok = OF(state, usage)(&usage, &failure);
  return push_json(l, ok, &usage, &failure);
}

static int state_migrate(lua_State *l) { // plan -> operation
  json_text json;
  spell_string_t plan = encode(l, 1, &json);
  return wrap_operation(l, OF(state, migrate)(&plan, within()));
}

static int state_schemas(lua_State *l) {
  spell_string_t list;
  failure_t failure;
  bool ok = OF(state, schemas)(&list, &failure);
  return push_json(l, ok, &list, &failure);
}

static int state_backup(lua_State *l) { // description -> operation
  spell_string_t description = check_text(l, 1);
  return wrap_operation(l, OF(state, backup)(&description, within()));
}

static int state_backups(lua_State *l) {
  spell_string_t list;
  failure_t failure;
  bool ok = OF(state, backups)(&list, &failure);
  return push_json(l, ok, &list, &failure);
}

static int state_restore(lua_State *l) { // id -> operation
  spell_string_t id = check_text(l, 1);
  return wrap_operation(l, OF(state, restore)(&id, within()));
}

static int state_check_backup(lua_State *l) { // id -> operation
  spell_string_t id = check_text(l, 1);
  return wrap_operation(l, OF(state, check_backup)(&id, within()));
}

static int state_delete_backup(lua_State *l) { // id -> whether there was one | nil, failure
  spell_string_t id = check_text(l, 1);
  bool found;
  failure_t failure;
  if (!OF(state, delete_backup)(&id, &found, &failure)) return fail(l, &failure);
  lua_pushboolean(l, found);
  return 1;
}

const luaL_Reg state_functions[] = {{"get", state_get}, {"put", state_put}, {"delete", state_delete},
                                    {"increment", state_increment}, {"commit", state_commit}, {"list", state_list},
                                    {"scopes", state_scopes}, {"usage", state_usage}, {"migrate", state_migrate},
                                    {"schemas", state_schemas}, {"backup", state_backup}, {"backups", state_backups},
                                    {"restore", state_restore}, {"check_backup", state_check_backup},
                                    {"delete_backup", state_delete_backup}, {NULL, NULL}};

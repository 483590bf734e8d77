// Functions of the spell that the host asks before and after what it does.
#include "guest.h"

static int hook_register(lua_State *l) { // point, handler, options -> id, point | nil, failure
  spell_string_t point = check_text(l, 1);
  uint64_t handler = (uint64_t)luaL_checkinteger(l, 2);
  json_text json;
  spell_string_t options = encode(l, 3, &json);
  OF(hook, registered_t) registered;
  failure_t failure;
  if (OF(hook, register)(&point, handler, &options, &registered, &failure)) {
    lua_pushinteger(l, (lua_Integer)registered.id);
    push_text(l, &registered.point);
    OF(hook, registered_free)(&registered);
    return 2;
  }
  lua_pushnil(l);
  push_failure(l, &failure);
  return 2;
}

static int hook_unregister(lua_State *l) { // id -> whether there was one
  lua_pushboolean(l, OF(hook, unregister)((uint64_t)luaL_checkinteger(l, 1)));
  return 1;
}

static int hook_set_enabled(lua_State *l) { // id, boolean -> whether there is one
  lua_pushboolean(l, OF(hook, set_enabled)((uint64_t)luaL_checkinteger(l, 1), lua_toboolean(l, 2)));
  return 1;
}

static int hook_list(lua_State *l) { // filter -> list | nil, failure
  json_text json;
  spell_string_t filter = encode(l, 1, &json), list;
  failure_t failure;
  if (OF(hook, list)(&filter, &list, &failure)) {
    decode(l, (char *)list.ptr, list.len);
    spell_string_free(&list);
    return 1;
  }
  lua_pushnil(l);
  push_failure(l, &failure);
  return 2;
}

static int hook_execute(lua_State *l) { // point, data -> operation
  spell_string_t point = check_text(l, 1);
  lua_settop(l, 2);
  json_text json;
  spell_string_t data = encode(l, 2, &json);
  return wrap_operation(l, OF(hook, execute)(&point, &data, within()));
}

static int hook_start_up(lua_State *l) { // id -> operation
  return wrap_operation(l, OF(hook, start_up)((uint64_t)luaL_checkinteger(l, 1), within()));
}

const luaL_Reg hook_functions[] = {{"register", hook_register}, {"unregister", hook_unregister},
                                   {"set_enabled", hook_set_enabled}, {"list", hook_list},
                                   {"execute", hook_execute}, {"start_up", hook_start_up}, {NULL, NULL}};

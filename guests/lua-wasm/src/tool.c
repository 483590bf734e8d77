// Tools: of the spell's own and of the host.
#include "guest.h"

static int push_outcome(lua_State *l, bool ok, failure_t *failure) { // -> true | nil, failure
  if (ok) {
    lua_pushboolean(l, 1);
    return 1;
  }
  lua_pushnil(l);
  push_failure(l, failure);
  return 2;
}

static int push_value(lua_State *l, spell_string_t *json) {
  decode(l, (char *)json->ptr, json->len);
  spell_string_free(json);
  return 1;
}

static int tool_define(lua_State *l) { // definition, handler's number -> true | nil, failure
  uint64_t handler = (uint64_t)luaL_checkinteger(l, 2);
  json_text json;
  spell_string_t definition = encode(l, 1, &json);
  failure_t failure;
  bool ok = OF(tool, define)(&definition, handler, &failure);
  return push_outcome(l, ok, &failure);
}

static int tool_check(lua_State *l) { // definition -> true | nil, failure
  json_text json;
  spell_string_t definition = encode(l, 1, &json);
  failure_t failure;
  bool ok = OF(tool, check)(&definition, &failure);
  return push_outcome(l, ok, &failure);
}

static int tool_remove(lua_State *l) { // name -> handler's number | false | nil, failure
  spell_string_t name = check_text(l, 1);
  spell_option_u64_t handler;
  failure_t failure;
  if (!OF(tool, remove)(&name, &handler, &failure)) return push_outcome(l, false, &failure);
  if (handler.is_some) lua_pushinteger(l, (lua_Integer)handler.val);
  else lua_pushboolean(l, 0);
  return 1;
}

static int tool_list(lua_State *l) { // -> list of descriptions
  spell_string_t list;
  OF(tool, list)(&list);
  return push_value(l, &list);
}

static int tool_describe(lua_State *l) { // name -> description | nil, failure
  spell_string_t name = check_text(l, 1), description;
  failure_t failure;
  if (!OF(tool, describe)(&name, &description, &failure)) return push_outcome(l, false, &failure);
  return push_value(l, &description);
}

static int tool_validate(lua_State *l) { // name, arguments -> true | nil, failure
  spell_string_t name = check_text(l, 1);
  json_text json;
  spell_string_t arguments = encode(l, 2, &json);
  failure_t failure;
  bool ok = OF(tool, validate)(&name, &arguments, &failure);
  return push_outcome(l, ok, &failure);
}

static int tool_invoke(lua_State *l) { // name, arguments -> operation
  lua_settop(l, 2);
  spell_string_t name = check_text(l, 1);
  json_text json;
  spell_string_t arguments = encode(l, 2, &json);
  return wrap_operation(l, OF(tool, invoke)(&name, &arguments, within()));
}

static int tool_discover(lua_State *l) { // filter -> operation
  json_text json;
  spell_string_t filter = encode(l, 1, &json);
  return wrap_operation(l, OF(tool, discover)(&filter, within()));
}

const luaL_Reg tool_functions[] = {{"define", tool_define}, {"check", tool_check}, {"remove", tool_remove},
                                   {"list", tool_list}, {"describe", tool_describe}, {"validate", tool_validate},
                                   {"invoke", tool_invoke}, {"discover", tool_discover}, {NULL, NULL}};

// The environment variables that were granted.
#include "guest.h"

static int environment_get(lua_State *l) {
  spell_string_t name = check_text(l, 1), value;
  if (!OF(environment, get)(&name, &value)) {
    lua_pushnil(l);  // not nothing: tostring(os.getenv("X")) is "nil"
    return 1;
  }
  push_text(l, &value);
  spell_string_free(&value);
  return 1;
}

static int environment_names(lua_State *l) {
  spell_list_string_t names;
  OF(environment, names)(&names);
  lua_createtable(l, names.len, 0);
  for (size_t i = 0; i < names.len; i++) {
    push_text(l, &names.ptr[i]);
    lua_rawseti(l, -2, i + 1);
  }
  spell_list_string_free(&names);
  return 1;
}

const luaL_Reg environment_functions[] = {{"get", environment_get}, {"names", environment_names}, {NULL, NULL}};

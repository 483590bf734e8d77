// The operator's configuration.
#include "guest.h"

static int config_get(lua_State *l) { // path -> value or nil
  spell_string_t path = check_text(l, 1), value;
  if (!OF(config, get)(&path, &value)) {
    lua_pushnil(l); // not nothing: tostring(Config.get("x")) is "nil"
    return 1;
  }
  decode(l, (char *)value.ptr, value.len);
  spell_string_free(&value);
  return 1;
}

const luaL_Reg config_functions[] = {{"get", config_get}, {NULL, NULL}};

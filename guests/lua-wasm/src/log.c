// Messages for the operator.
#include "guest.h"

static int log_write(lua_State *l) { // level, message, fields or nil
  static const char *const levels[] = {"trace", "debug", "info", "warn", "error", NULL};
  OF(log, level_t) level = luaL_checkoption(l, 1, NULL, levels); // in the order of the WIT
  spell_string_t message = check_text(l, 2), fields;
  json_text json;
  bool some = !lua_isnoneornil(l, 3);
  if (some) fields = encode(l, 3, &json);
  OF(log, write)(level, &message, some ? &fields : NULL);
  return 0;
}

const luaL_Reg log_functions[] = {{"write", log_write}, {NULL, NULL}};

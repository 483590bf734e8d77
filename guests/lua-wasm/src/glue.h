// What the functions use that xtask writes from the WIT (imports.c).
#pragma once

#include "guest.h"

// nil, and the failure, which is freed.
static inline int push_refusal(lua_State *l, failure_t *failure) {
  lua_pushnil(l);
  push_failure(l, failure);
  return 2;
}

static inline lua_Integer check_whole(lua_State *l, int index, lua_Integer least, lua_Integer most) {
  lua_Integer number = luaL_checkinteger(l, index);
  if (number < least || number > most) luaL_argerror(l, index, lua_pushfstring(l, "%I to %I", least, most));
  return number;
}

static inline spell_list_u8_t check_bytes(lua_State *l, int index) {
  size_t length;
  const char *bytes = check_lstring(l, index, &length);
  return (spell_list_u8_t){(uint8_t *)bytes, length};
}

// Randomness from the host.
#include "guest.h"

static int random_number(lua_State *l) {
  lua_pushinteger(l, (lua_Integer)OF(random, number)());
  return 1;
}

static int random_bytes(lua_State *l) {
  lua_Integer length = luaL_checkinteger(l, 1);
  luaL_argcheck(l, length >= 0 && length <= 65536, 1, "0 to 65536 bytes");
  spell_list_u8_t bytes;
  OF(random, bytes)((uint32_t)length, &bytes);
  lua_pushlstring(l, (char *)bytes.ptr, bytes.len);
  spell_list_u8_free(&bytes);
  return 1;
}

const luaL_Reg random_functions[] = {{"number", random_number}, {"bytes", random_bytes}, {NULL, NULL}};

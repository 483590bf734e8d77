// What the spell prints: bytes, as they are.
#include "guest.h"

static void write(const char *bytes, size_t length) {
  spell_list_u8_t list = {(uint8_t *)bytes, length};
  OF(output, write)(&list);
}

static int output_print(lua_State *l) {
  int count = lua_gettop(l);
  if (count == 1 && lua_type(l, 1) == LUA_TSTRING) { // the usual case needs no buffer
    lua_pushliteral(l, "\n");
    lua_concat(l, 2);
  } else {
    luaL_Buffer buffer;
    luaL_buffinit(l, &buffer);
    for (int i = 1; i <= count; i++) {
      if (i > 1) luaL_addchar(&buffer, '\t');
      luaL_tolstring(l, i, NULL);
      luaL_addvalue(&buffer);
    }
    luaL_addchar(&buffer, '\n');
    luaL_pushresult(&buffer);
  }
  size_t length;
  const char *line = lua_tolstring(l, -1, &length);
  write(line, length); // one call a line: the host counts calls
  return 0;
}

static int output_write(lua_State *l) {
  int count = lua_gettop(l);
  for (int i = 1; i <= count; i++) check_lstring(l, i, NULL);
  if (count == 0) return 0;
  lua_concat(l, count);
  size_t length;
  const char *bytes = lua_tolstring(l, -1, &length);
  write(bytes, length);
  return 0;
}

const luaL_Reg output_functions[] = {{"print", output_print}, {"write", output_write}, {NULL, NULL}};

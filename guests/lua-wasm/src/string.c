// Lua's string library, which takes a reply or a failure wherever it takes a string.
#define LUA_LIB
#include "guest.h"

static int type_for_string(lua_State *l, int index) {
  size_t length;
  int type = lua_type(l, index);
  return type == LUA_TTABLE && to_text(l, index, &length) ? LUA_TSTRING : type;
}

static int is_string(lua_State *l, int index) { return to_text(l, index, NULL) != NULL; }

#define luaL_checklstring check_lstring
#define luaL_optlstring opt_lstring
#define lua_type type_for_string
#define lua_isstring is_string
#define luaopen_string open_string
#include "lstrlib.c"

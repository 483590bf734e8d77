// Lua's table library, whose concat takes replies.
#define LUA_LIB
#include "guest.h"

static int is_string(lua_State *l, int index) { return to_text(l, index, NULL) != NULL; }

#define luaL_optlstring opt_lstring
#define lua_isstring is_string
#define luaopen_table open_table
#include "ltablib.c"

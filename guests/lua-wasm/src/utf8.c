// Lua's utf8 library, which takes replies.
#define LUA_LIB
#include "guest.h"

#define luaL_checklstring check_lstring
#define luaopen_utf8 open_utf8
#include "lutf8lib.c"

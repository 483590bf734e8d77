// Lua's stack, smaller: endless recursion must meet Lua's own limit, as an error that names the place, before it has
// used up the run's memory. While it doubles, the stack takes 16 bytes a slot three times over, and frames as much.
#define LUA_CORE
#include "guest.h"

#undef LUAI_MAXSTACK
#define LUAI_MAXSTACK 400000
#include "ldo.c"

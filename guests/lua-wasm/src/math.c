// Lua's math library. No clock runs while the snapshot is taken, and a seed that lay in it would be the same in every run:
// a run gets its seed from the host when it first draws a number.
#define LUA_LIB
#include <time.h>

#include "guest.h"

// The library's table of functions has these of ours; its own definitions, which alone are followed by parentheses, get
// other names.
static int math_random(lua_State *l), math_randomseed(lua_State *l);
#define math_random(parameters) draw(parameters)
#define math_randomseed(parameters) seed(parameters)
#define time(unused) 0
#define luaopen_math open_math
#include "lmathlib.c"
#undef math_random
#undef math_randomseed

static bool seeded;

static int math_random(lua_State *l) {
  if (!seeded) {
    RanState *state = lua_touserdata(l, lua_upvalueindex(1));
    lua_Unsigned first = OF(random, number)(), second = OF(random, number)();
    setseed(l, state->s, first, second);
    lua_pop(l, 2); // the seeds
    seeded = true;
  }
  return draw(l);
}

static int math_randomseed(lua_State *l) {
  int seeds = seed(l); // or an error, and nothing has changed
  seeded = true;
  return seeds;
}

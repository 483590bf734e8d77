// Time, from loslib.c: its dates, without what touches files, processes and the environment. All times are UTC.
#define LUA_LIB
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

// The parts that are left out must compile, but nothing refers to them, and libc's files must not come in with them.
#define remove(path) (-1)
#define rename(from, to) (-1)
#define getenv(name) NULL
#define exit(status) __builtin_trap()
#define l_system(command) (-1)
#define LUA_TMPNAMBUFSIZE 1
#define lua_tmpnam(name, failed) ((name)[0] = 0, (failed) = 1)
#define luaopen_os unused_os
#include "loslib.c"

static int clock_elapsed(lua_State *l) { // seconds
  lua_pushnumber(l, (lua_Number)OF(clock, elapsed)() / 1e9);
  return 1;
}

const luaL_Reg clock_functions[] = {{"elapsed", clock_elapsed}, {"date", os_date}, {"time", os_time},
                                    {"difftime", os_difftime}, {NULL, NULL}};

// Lua's auxiliary library, with errors of library functions placed at the spell's line: a spell can do nothing with a
// line of the prelude.
#define LUA_LIB
#include <stdio.h>

#include "guest.h"

// luaL_loadfilex must compile, but nothing calls it, and libc's files must not come in with it.
#define fopen(path, mode) NULL
#define freopen(path, mode, file) NULL
#define fclose(file) 0
#define fread(to, size, count, file) 0
#define getc(file) EOF
#define feof(file) 1
#define ferror(file) 0
#undef stdin
#define stdin NULL
#undef lua_writestringerror
#define lua_writestringerror(format, parameter) ((void)0)

#define lua_getallocf(l, state) (*(state) = (l), allocate_or_collect)

bool find_position(lua_State *l, int level, lua_Debug *info) {
  for (; lua_getstack(l, level, info); level++) {
    lua_getinfo(l, "Sl", info);
    if (info->currentline > 0 && strcmp(info->source, PRELUDE)) return true;
  }
  return false;
}

static void spell_where(lua_State *l, int level) {
  lua_Debug info;
  if (find_position(l, level, &info)) lua_pushfstring(l, "%s:%d: ", info.short_src, info.currentline);
  else lua_pushliteral(l, "");
}

// The library's calls `luaL_where(L, n)` become calls of ours, while its definition, which alone starts with
// `lua_State`, keeps a name that is never called.
#define luaL_where(first, second) WHERE_##first, second)
#define WHERE_L spell_where(L
#define WHERE_lua_State unused_where(lua_State
#include "lauxlib.c"
#undef luaL_where

void luaL_where(lua_State *l, int level) { spell_where(l, level); }

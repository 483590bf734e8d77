// Lua's base library, with replies taken for strings (by tonumber and load) and text chunks only: the interpreter
// trusts bytecode, and a forged chunk corrupts it.
#define LUA_LIB
#include "guest.h"

static const char *opt_string(lua_State *l, int index, const char *otherwise) {
  const char *text = opt_lstring(l, index, otherwise, NULL);
  if (!otherwise || strcmp(otherwise, "bt")) return text;
  // The mode of load: "b" alone fits nothing.
  return strchr(text, 't') ? "t" : "-";
}

#undef lua_writestring
#undef lua_writeline
#define lua_writestring(text, length) ((void)0) // print is ours, in output.c
#define lua_writeline() ((void)0)
#undef luaL_optstring
#define luaL_optstring opt_string
#define lua_tolstring to_text
#define luaL_checklstring check_lstring
#define luaL_loadfilex(l, name, mode) luaL_error(l, "no files here")
#define luaopen_base open_base
#include "lbaselib.c"

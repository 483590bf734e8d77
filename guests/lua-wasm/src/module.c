// Other files of the spell's folder.
#include "guest.h"

static int module_load(lua_State *l) { // path -> function | nil, failure; raises a syntax error
  spell_string_t path = check_text(l, 1);
  OF(module, source_t) source;
  failure_t failure;
  if (!OF(module, load)(&path, &source, &failure)) {
    lua_pushnil(l);
    push_failure(l, &failure);
    return 2;
  }
  int status = load_source(l, &source.name, (char *)source.text.ptr, source.text.len);
  OF(module, source_free)(&source);
  return status == LUA_OK ? 1 : lua_error(l);
}

static int module_way(lua_State *l) { // name -> what does the work of a module that is not there | nil
  lua_pushstring(l, find_way(luaL_checkstring(l, 1)));
  return 1;
}

const luaL_Reg module_functions[] = {{"load", module_load}, {"way", module_way}, {NULL, NULL}};

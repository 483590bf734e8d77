// Handles of the host as userdata, by their kind. Handle 0 is never given out: it marks one that was dropped.
#include "guest.h"

int32_t *push_handle(lua_State *l, const char *kind, int32_t handle) {
  int32_t *place = lua_newuserdatauv(l, sizeof *place, 0);
  *place = handle;
  luaL_setmetatable(l, kind);
  return place;
}

int32_t check_handle(lua_State *l, int index, const char *kind) {
  int32_t handle = *(int32_t *)luaL_checkudata(l, index, kind);
  if (!handle) luaL_argerror(l, index, lua_pushfstring(l, "the %s is closed", kind));
  return handle;
}

int32_t take_handle(lua_State *l, const char *kind) {
  int32_t *place = luaL_checkudata(l, 1, kind), handle = *place;
  *place = 0;
  return handle;
}

int setup_handles(lua_State *l, const char *kind, lua_CFunction close) {
  luaL_newmetatable(l, kind);
  lua_pushcfunction(l, close);
  lua_setfield(l, -2, "__gc");
  return 0;
}

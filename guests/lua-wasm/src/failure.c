// What a host call answers when it is not done: a table with `code`, `message`, `details`, and where it arose.
#include "guest.h"

static void set_text(lua_State *l, const char *field, const spell_string_t *text) {
  push_text(l, text);
  lua_setfield(l, -2, field);
}

void place_failure(lua_State *l, int index) {
  lua_Debug info;
  if (!find_position(l, 1, &info)) return;
  lua_pushstring(l, info.short_src), lua_setfield(l, index, "file");
  lua_pushinteger(l, info.currentline), lua_setfield(l, index, "line");
}

void push_failure(lua_State *l, failure_t *failure) {
  lua_createtable(l, 0, 5);
  set_text(l, "code", &failure->code);
  set_text(l, "message", &failure->message);
  if (failure->details.is_some) {
    decode(l, (char *)failure->details.val.ptr, failure->details.val.len);
    lua_setfield(l, -2, "details");
  }
  OF(types, failure_free)(failure);
  place_failure(l, lua_gettop(l));
  luaL_setmetatable(l, "failure");
}

bool make_room(lua_State *l, failure_t *failure) {
  static const char handles[] = "handles";
  if (failure->code.len != strlen(handles) || memcmp(failure->code.ptr, handles, strlen(handles))) return false;
  OF(types, failure_free)(failure);
  lua_gc(l, LUA_GCCOLLECT);
  return true;
}

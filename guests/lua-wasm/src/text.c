// Text that crosses to the host, and the tables that stand for text: replies and failures.
#include "guest.h"

static const char *const kinds[] = {"reply", "failure", "array"};

// Their metatables, which the registry keeps for good.
static const void *metatables[sizeof kinds / sizeof *kinds];

static int null_to_string(lua_State *l) {
  lua_pushliteral(l, "null");
  return 1;
}

void open_text(lua_State *l) {
  // All light userdata share a metatable, and JSON.null is the only one that there is.
  static const luaL_Reg null[] = {{"__tostring", null_to_string}, {"__metatable", NULL}, {NULL, NULL}};
  lua_pushlightuserdata(l, NULL);
  lua_newtable(l);
  luaL_setfuncs(l, null, 0); // `__metatable` becomes false: out of a spell's reach
  lua_setmetatable(l, -2);
  lua_pop(l, 1);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    luaL_newmetatable(l, kinds[i]);
    lua_pushnil(l), lua_setfield(l, -2, "__name"); // to a spell they are tables
    metatables[i] = lua_topointer(l, -1);
    lua_pop(l, 1);
  }
}

int kind_of_table(lua_State *l, int index) {
  if (!lua_istable(l, index) || !lua_getmetatable(l, index)) return 0;
  int found = 0;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (lua_topointer(l, -1) == metatables[i]) found = kinds[i][0];
  lua_pop(l, 1);
  return found;
}

static void push_raw(lua_State *l, int index, const char *field) {
  lua_pushstring(l, field);
  lua_rawget(l, index);
  if (lua_type(l, -1) != LUA_TSTRING) {
    // A spell may have written anything into it.
    lua_pop(l, 1);
    lua_pushliteral(l, "");
  }
}

const char *to_text(lua_State *l, int index, size_t *length) {
  const char *text = lua_tolstring(l, index, length);
  if (text) return text;
  index = lua_absindex(l, index);
  switch (kind_of_table(l, index)) {
  case 'r':
    push_raw(l, index, "text");
    break;
  case 'f':
    push_raw(l, index, "code");
    lua_pushliteral(l, ": ");
    push_raw(l, index, "message");
    lua_concat(l, 3);
    break;
  default:
    return NULL;
  }
  lua_replace(l, index);
  return lua_tolstring(l, index, length);
}

const char *check_lstring(lua_State *l, int index, size_t *length) {
  const char *text = to_text(l, index, length);
  return text ? text : luaL_checklstring(l, index, length); // which says what is wrong
}

const char *opt_lstring(lua_State *l, int index, const char *otherwise, size_t *length) {
  if (!lua_isnoneornil(l, index)) return check_lstring(l, index, length);
  if (length) *length = otherwise ? strlen(otherwise) : 0;
  return otherwise;
}

// Invalid UTF-8 would trap the whole spell in the canonical ABI: here it is an error that it can catch.
spell_string_t check_text(lua_State *l, int index) {
  size_t length;
  const char *text = check_lstring(l, index, &length);
  if (find_invalid_utf8(text, length)) luaL_argerror(l, index, "not valid UTF-8");
  return (spell_string_t){(uint8_t *)text, length};
}

void push_text(lua_State *l, const spell_string_t *text) { lua_pushlstring(l, (const char *)text->ptr, text->len); }

// The codec's common parts: the text buffer, paths in messages, and the functions for the prelude.
#include "guest.h"

void json_begin(lua_State *l, json_text *json) {
  lua_pushnil(l);
  // Field by field: `small` need not be cleared.
  json->l = l, json->slot = lua_gettop(l);
  json->data = json->small, json->length = 0, json->capacity = sizeof json->small;
}

void json_add(json_text *json, const char *bytes, size_t length) {
  if (!fits_text(json->length + length)) luaL_error(json->l, "%s", too_long());
  if (length > json->capacity - json->length) {
    size_t capacity = json->capacity * 2;
    while (capacity < json->length + length) capacity *= 2;
    char *data = lua_newuserdatauv(json->l, capacity, 0);
    memcpy(data, json->data, json->length);
    lua_replace(json->l, json->slot); // the collector has the old one
    json->data = data;
    json->capacity = capacity;
  }
  memcpy(json->data + json->length, bytes, length);
  json->length += length;
}

static bool plain(const char *key, size_t length) {
  for (size_t i = 0; i < length; i++) {
    char c = key[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && !(i > 0 && c >= '0' && c <= '9')) return false;
  }
  return length > 0 && length <= 64;
}

// Pushes one string for the step.
static void push_step(lua_State *l, const path *at) {
  if (!at->key)
    lua_pushfstring(l, "[%I]", at->position);
  else if (plain(at->key, at->length)) {
    lua_pushliteral(l, ".");
    lua_pushlstring(l, at->key, at->length);
    lua_concat(l, 2);
  } else {
    // What surrounds it must stay readable and valid UTF-8, whatever the key is.
    lua_pushliteral(l, "[\"");
    char shown[65];
    size_t n = at->length < 64 ? at->length : 64;
    for (size_t i = 0; i < n; i++) shown[i] = at->key[i] >= ' ' && at->key[i] < 127 ? at->key[i] : '?';
    lua_pushlstring(l, shown, n);
    lua_pushstring(l, at->length > n ? "...\"]" : "\"]");
    lua_concat(l, 3);
  }
}

int path_error(lua_State *l, const path *at, const char *what) {
  luaL_checkstack(l, MOST_DEPTH * 2 + 8, NULL);
  bool positions = false;
  int steps = 0;
  const path *all[MOST_DEPTH + 2];
  for (const path *p = at; p && p->up && steps < MOST_DEPTH + 2; p = p->up) all[steps++] = p;
  lua_pushfstring(l, "%s at ", what);
  lua_pushliteral(l, "$");
  for (int i = steps; i-- > 0;) {
    positions = positions || !all[i]->key;
    push_step(l, all[i]);
  }
  if (positions) lua_pushliteral(l, " (lists count from 1)"), steps++;
  lua_concat(l, steps + 2);
  luaL_where(l, 1);
  lua_insert(l, -2);
  lua_concat(l, 2);
  return lua_error(l);
}

static int value_encode(lua_State *l) { // value, indent (0: one line) -> text
  lua_Integer indent = luaL_optinteger(l, 2, 0);
  luaL_argcheck(l, indent >= 0 && indent <= 16, 2, "the indent is 0 to 16");
  lua_settop(l, 1);
  json_text json;
  json_begin(l, &json);
  path root = {0};
  encode_value(&json, 1, &root, (int)indent);
  lua_pushlstring(l, json.data, json.length);
  return 1;
}

static int value_decode(lua_State *l) {
  size_t length;
  const char *text = check_lstring(l, 1, &length);
  lua_settop(l, 1);
  decode(l, text, length);
  return 1;
}

static int value_array(lua_State *l) {
  luaL_checktype(l, 1, LUA_TTABLE);
  lua_settop(l, 1);
  luaL_setmetatable(l, "array");
  return 1;
}

static int value_kind(lua_State *l) { // "reply", "failure", "array" or nil
  switch (kind_of_table(l, 1)) {
  case 'r': lua_pushliteral(l, "reply"); break;
  case 'f': lua_pushliteral(l, "failure"); break;
  case 'a': lua_pushliteral(l, "array"); break;
  default: lua_pushnil(l);
  }
  return 1;
}

static int value_text(lua_State *l) { // the text of a string, number, reply or failure, else nil
  size_t length;
  lua_settop(l, 1);
  if (!to_text(l, 1, &length)) lua_pushnil(l);
  return 1;
}

// value, kind: makes a table a reply or a failure
static int value_mark(lua_State *l) {
  luaL_getmetatable(l, luaL_checkstring(l, 2));
  lua_setmetatable(l, 1);
  lua_settop(l, 1);
  return 1;
}

static int value_metatable(lua_State *l) {
  luaL_getmetatable(l, luaL_checkstring(l, 1));
  return 1;
}

const luaL_Reg value_functions[] = {{"encode", value_encode}, {"decode", value_decode}, {"array", value_array},
                                    {"kind", value_kind}, {"text", value_text}, {"mark", value_mark}, {"handles", name_handles},
                                    {"metatable", value_metatable}, {NULL, NULL}};

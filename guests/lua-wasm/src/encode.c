// Lua value -> JSON text. Raw: no metamethod runs, so that nothing of the spell runs in the middle of a copy.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

typedef struct {
  const char *text;
  size_t length;
  lua_Integer number; // what `text` was made of, if `integer`
  bool integer;
} key;

enum { FEW_KEYS = 16 };

typedef struct {
  json_text *json;
  int nodes, indent;
  // Lists on the stack that say in which order the next object has its keys, and the `properties` in it: 0 is none.
  int order[2], positional;
} encoder;

static void encode_any(encoder *e, int index, const path *at);

static void add_float(json_text *json, lua_Number number, const path *at) {
  char text[40];
  int n;
  if (!isfinite(number)) path_error(json->l, at, isnan(number) ? "JSON has no NaN: found one" : "JSON has no infinity: found one");
  if (fabs(number) < 1e15 && number == floor(number) && (number != 0 || !signbit(number))) {
    n = write_integer(text, (lua_Integer)number);
    memcpy(text + n, ".0", 2);
    n += 2;
  } else if (!(n = write_decimals(text, number, 1e15))) {
    // The shortest text that reads back as the same number; 17 digits always do.
    for (int digits = 15; digits <= 17; digits++) {
      n = snprintf(text, sizeof text, "%.*g", digits, number);
      if (strtod(text, NULL) == number) break;
    }
    // Else it would read back as an integer.
    if (!strpbrk(text, ".e")) n += snprintf(text + n, sizeof text - n, ".0");
  }
  json_add(json, text, n);
}

static void add_integer(json_text *json, lua_Integer number) {
  char text[DIGITS];
  json_add(json, text, write_integer(text, number));
}

static void add_string(json_text *json, const char *text, size_t length, const path *at) {
  if (find_invalid_utf8(text, length)) path_error(json->l, at, "a string is not valid UTF-8");
  json_put(json, '"');
  size_t done = 0;
  for (size_t i = 0; (i = find_special(text + i, text + length) - text) < length; i++) {
    unsigned char c = text[i];
    json_add(json, text + done, i - done);
    done = i + 1;
    static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
    const char *found = c ? strchr(from, c) : NULL;
    if (found)
      json_add(json, (char[]){'\\', to[found - from]}, 2);
    else {
      char escaped[7];
      json_add(json, escaped, snprintf(escaped, sizeof escaped, "\\u%04x", c));
    }
  }
  json_add(json, text + done, length - done);
  json_put(json, '"');
}

static void add_line(encoder *e, int depth) {
  if (!e->indent) return;
  json_put(e->json, '\n');
  for (int i = 0; i < e->indent * depth; i++) json_put(e->json, ' ');
}

static int compare(const void *left, const void *right) {
  const key *a = left, *b = right;
  int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  return order ? order : (a->length > b->length) - (a->length < b->length);
}

// Objects are written in the order of their keys: the same table gives the same text.
static void sort(key *keys, size_t count) {
  if (count > FEW_KEYS) {
    qsort(keys, count, sizeof *keys, compare);
    return;
  }
  for (size_t i = 1; i < count; i++) {
    key moved = keys[i];
    size_t place = i;
    for (; place > 0 && compare(&keys[place - 1], &moved) > 0; place--) keys[place] = keys[place - 1];
    keys[place] = moved;
  }
}

// Moves the keys that a list of names has to the front, in its order.
static size_t put_first(lua_State *l, key *keys, size_t placed, size_t count, int list) {
  if (!list) return placed;
  int top = lua_gettop(l);
  for (lua_Integer i = 1; placed < count && lua_rawgeti(l, list, i) == LUA_TSTRING; i++) {
    size_t length, place = placed;
    const char *name = lua_tolstring(l, -1, &length);
    while (place < count && (keys[place].length != length || memcmp(keys[place].text, name, length))) place++;
    if (place < count) {
      key moved = keys[place];
      memmove(&keys[placed + 1], &keys[placed], (place - placed) * sizeof *keys);
      keys[placed++] = moved;
    }
    lua_pop(l, 1);
  }
  lua_settop(l, top);
  return placed;
}

static bool is_key(const key *key, const char *name) { return key->length == strlen(name) && !memcmp(key->text, name, key->length); }

// Pushes a field of a table, and gives where: 0 if it is no list.
static int push_list(lua_State *l, int table, const char *name) {
  lua_pushstring(l, name);
  return lua_rawget(l, table) == LUA_TTABLE ? lua_gettop(l) : 0;
}

// Models fill what a schema lists in its order, which tables don't keep: `required` and a tool's `positional` tell it.
static void encode_field(encoder *e, const key *key, int table, int positional, const path *step) {
  lua_State *l = e->json->l;
  int value = lua_gettop(l), top = value;
  if (lua_istable(l, value) && is_key(key, "properties")) {
    e->order[0] = positional;
    e->order[1] = push_list(l, table, "required");
  } else if (lua_istable(l, value) && is_key(key, "parameters"))
    e->positional = push_list(l, table, "positional");
  encode_any(e, value, step);
  e->order[0] = e->order[1] = e->positional = 0;
  lua_settop(l, top);
}

static void add_array(encoder *e, int table, lua_Integer count, const path *at) {
  lua_State *l = e->json->l;
  e->order[0] = e->order[1] = e->positional = 0;
  json_put(e->json, '[');
  for (lua_Integer i = 1; i <= count; i++) {
    if (i > 1) json_put(e->json, ',');
    add_line(e, at->depth + 1);
    path step = {.up = at, .position = i, .depth = at->depth + 1};
    lua_rawgeti(l, table, i);
    encode_any(e, lua_gettop(l), &step);
    lua_pop(l, 1);
  }
  if (count) add_line(e, at->depth);
  json_put(e->json, ']');
}

// The keys stay alive in the table, which nothing changes meanwhile; digits of integer keys go behind the array.
static void collect(lua_State *l, int table, key *keys, char *digits) {
  for (lua_pushnil(l); lua_next(l, table); lua_pop(l, 1)) {
    *keys = (key){0};
    if (lua_isinteger(l, -2)) {
      keys->integer = true;
      keys->number = lua_tointeger(l, -2);
      keys->text = digits;
      keys->length = write_integer(digits, keys->number);
      digits += DIGITS;
    } else
      keys->text = lua_tolstring(l, -2, &keys->length);
    keys++;
  }
}

static void add_object(encoder *e, int table, size_t count, size_t integers, const path *at) {
  lua_State *l = e->json->l;
  key few[FEW_KEYS], *keys = few;
  char few_digits[2 * DIGITS], *digits = few_digits;
  bool many = count > FEW_KEYS || integers > 2;
  int order[] = {e->order[0], e->order[1]}, positional = e->positional;
  e->order[0] = e->order[1] = e->positional = 0;
  if (many) {
    keys = lua_newuserdatauv(l, count * sizeof *keys + integers * DIGITS, 0);
    digits = (char *)(keys + count);
  }
  collect(l, table, keys, digits);
  sort(keys, count);
  for (size_t i = 1; i < count; i++) {
    path step = {.up = at, .key = keys[i].text, .length = keys[i].length, .depth = at->depth + 1};
    if (!compare(&keys[i - 1], &keys[i])) path_error(l, &step, "a table has the same key as a number and as a string");
  }
  if (order[0] | order[1]) put_first(l, keys, put_first(l, keys, 0, count, order[0]), count, order[1]);
  json_put(e->json, '{');
  for (size_t i = 0; i < count; i++) {
    path step = {.up = at, .key = keys[i].text, .length = keys[i].length, .depth = at->depth + 1};
    if (i > 0) json_put(e->json, ',');
    add_line(e, at->depth + 1);
    add_string(e->json, keys[i].text, keys[i].length, &step);
    json_put(e->json, ':');
    if (e->indent) json_put(e->json, ' ');
    if (keys[i].integer)
      lua_rawgeti(l, table, keys[i].number);
    else {
      lua_pushlstring(l, keys[i].text, keys[i].length);
      lua_rawget(l, table);
    }
    if (keys[i].length == 10) encode_field(e, &keys[i], table, positional, &step); // as both names are
    else encode_any(e, lua_gettop(l), &step);
    lua_pop(l, 1);
  }
  if (count) add_line(e, at->depth);
  json_put(e->json, '}');
  if (many) lua_pop(l, 1);
}

static void refuse(lua_State *l, const char *what, const path *at) {
  lua_pushfstring(l, "JSON has no %s: found one", what);
  path_error(l, at, lua_tostring(l, -1));
}

// Agents and the like: what they stand for can't be written down, and `{}` would be a silent loss.
static const void *handles[8];
static int handle_count;

int name_handles(lua_State *l) { // metatable, with `__name`
  luaL_argcheck(l, handle_count < (int)(sizeof handles / sizeof *handles), 1, "too many kinds of handles");
  handles[handle_count++] = lua_topointer(l, 1);
  lua_settop(l, 1);
  return 1;
}

static void refuse_handle(lua_State *l, int table, const path *at) {
  if (!lua_getmetatable(l, table)) return;
  for (int i = 0; i < handle_count; i++)
    if (lua_topointer(l, -1) == handles[i]) lua_getfield(l, -1, "__name"), refuse(l, lua_tostring(l, -1), at);
  lua_pop(l, 1);
}

static void add_table(encoder *e, int table, const path *at) {
  lua_State *l = e->json->l;
  int kind = kind_of_table(l, table);
  if (kind == 'r') { // a reply is its text
    lua_pushvalue(l, table);
    size_t length;
    const char *text = to_text(l, -1, &length);
    add_string(e->json, text, length, at);
    lua_pop(l, 1);
    return;
  }
  if (!kind) refuse_handle(l, table, at);
  path here = *at; // with the table, which the steps below look for in their path
  here.table = lua_topointer(l, table);
  for (const path *p = at; p; p = p->up)
    if (p->table == here.table) path_error(l, at, "a table contains itself (a cycle)");
  if (!fits_depth(at->depth + 1)) path_error(l, at, too_deep("tables are"));

  // A list has the keys 1 to n and no others.
  lua_Integer length = lua_rawlen(l, table);
  size_t count = 0, integers = 0, in_list = 0;
  for (lua_pushnil(l); lua_next(l, table); lua_pop(l, 1)) {
    if (!fits_parts(++count)) path_error(l, at, too_many_parts());
    if (lua_isinteger(l, -2)) {
      lua_Integer i = lua_tointeger(l, -2);
      integers++;
      if (i >= 1 && i <= length) in_list++;
    } else if (lua_type(l, -2) != LUA_TSTRING) {
      lua_pushfstring(l, "a key of JSON is a string or an integer, not a %s: found one", luaL_typename(l, -2));
      path_error(l, at, lua_tostring(l, -1));
    }
  }
  if (count == (size_t)length && in_list == count && (count || kind == 'a'))
    add_array(e, table, length, &here);
  else
    add_object(e, table, count, integers, &here);
}

static void encode_any(encoder *e, int index, const path *at) {
  lua_State *l = e->json->l;
  if (!fits_parts(++e->nodes)) path_error(l, at, too_many_parts());
  luaL_checkstack(l, 10, "value nested too deep");
  switch (lua_type(l, index)) {
  case LUA_TNIL: json_add(e->json, "null", 4); return;
  case LUA_TBOOLEAN:
    if (lua_toboolean(l, index)) json_add(e->json, "true", 4); else json_add(e->json, "false", 5);
    return;
  case LUA_TNUMBER:
    if (lua_isinteger(l, index)) add_integer(e->json, lua_tointeger(l, index));
    else add_float(e->json, lua_tonumber(l, index), at);
    return;
  case LUA_TSTRING: {
    size_t length;
    const char *text = lua_tolstring(l, index, &length);
    add_string(e->json, text, length, at);
    return;
  }
  case LUA_TTABLE: add_table(e, index, at); return;
  case LUA_TLIGHTUSERDATA:
    if (!lua_touserdata(l, index)) { json_add(e->json, "null", 4); return; } // JSON.null
    [[fallthrough]];
  default: refuse(l, luaL_typename(l, index), at);
  }
}

void encode_value(json_text *json, int index, const path *at, int indent) {
  encoder e = {.json = json, .indent = indent};
  encode_any(&e, index, at);
}

spell_string_t encode(lua_State *l, int index, json_text *json) {
  index = lua_absindex(l, index);
  json_begin(l, json);
  path root = {0};
  encode_value(json, index, &root, 0);
  return (spell_string_t){(uint8_t *)json->data, json->length};
}

// The beginning of a run: what the spell was given, as params, ARGS and arg. Not in the prelude, as in the JavaScript guest,
// where that costs time.
#include "guest.h"

static void push_part(lua_State *l, const spell_string_t *text, size_t from, size_t to) {
  lua_pushlstring(l, (const char *)text->ptr + from, to - from);
}

static bool is_dashed(const spell_string_t *word) { return word->len >= 2 && !memcmp(word->ptr, "--", 2); }

// "--key value", "--key=value", "--flag", and the rest by position: into the table on top.
static void read_arguments(lua_State *l, const spell_list_string_t *given) {
  lua_Integer position = 0;
  for (size_t i = 0; i < given->len; i++) {
    const spell_string_t *word = &given->ptr[i], *next = i + 1 < given->len ? word + 1 : NULL;
    if (!is_dashed(word) || word->len == 2) {
      push_text(l, word);
      lua_rawseti(l, -2, ++position);
      continue;
    }
    const uint8_t *equals = memchr(word->ptr, '=', word->len);
    size_t end = equals ? (size_t)(equals - word->ptr) : 0;
    if (end > 2) {
      push_part(l, word, 2, end);
      push_part(l, word, end + 1, word->len);
    } else {
      bool takes_next = next && !is_dashed(next);
      push_part(l, word, 2, word->len);
      if (takes_next) push_text(l, next); else lua_pushliteral(l, "true");
      i += takes_next;
    }
    lua_rawset(l, -3);
  }
}

void begin(lua_State *l, const exports_llmspell_spell_guest_request_t *request) {
  const spell_list_string_t *given = &request->arguments;
  decode(l, (char *)request->parameters.ptr, request->parameters.len);
  if (!lua_istable(l, -1)) luaL_error(l, "the parameters are no object");
  lua_createtable(l, 0, 1);
  push_text(l, &request->source.name);
  lua_rawseti(l, -2, 0);
  for (lua_pushnil(l); lua_next(l, -3);) { // parameters, all, key, value
    lua_pushvalue(l, -2);
    lua_insert(l, -2);
    lua_rawset(l, -4);
  }
  read_arguments(l, given);
  lua_setglobal(l, "ARGS");
  lua_setglobal(l, "params");
  lua_createtable(l, given->len, 1);
  push_text(l, &request->source.name);
  lua_rawseti(l, -2, 0);
  for (size_t i = 0; i < given->len; i++) {
    push_text(l, &given->ptr[i]);
    lua_rawseti(l, -2, i + 1);
  }
  lua_setglobal(l, "arg");
}

// Errors of a script, as the host wants them.
#include "guest.h"

// What a script can make of its error text is cut here: it goes into logs and receipts.
enum { MAX_SHOWN = 64 * 1024 };

typedef exports_llmspell_spell_guest_script_error_t script_error;

// Registry: short chunk name, as it stands in messages -> the source's whole name.
static void push_chunks(lua_State *l) { luaL_getsubtable(l, LUA_REGISTRYINDEX, "chunks"); }

static void remember_chunk(lua_State *l, const char *chunk, const spell_string_t *name) {
  lua_Debug info;
  luaL_loadbufferx(l, "", 0, chunk, "t");
  lua_getinfo(l, ">S", &info);
  push_chunks(l);
  push_text(l, name);
  lua_setfield(l, -2, info.short_src);
  lua_pop(l, 1);
}

// A source that is given to the parser byte by byte: how far it came tells where it gave up.
typedef struct {
  const char *text;
  size_t length, given;
} slow_source;

static const char *give_byte(lua_State *l, void *data, size_t *size) {
  slow_source *source = data;
  (void)l;
  *size = source->given < source->length;
  return *size ? source->text + source->given++ : NULL;
}

// Lua's parser counts lines only. The text before the place where it stopped has to end with the token that its
// message names ("… near 'token'"), or else nothing is said.
static void remember_column(lua_State *l, const char *chunk, const char *text, size_t length) {
  slow_source source = {text, length, 0};
  if (lua_load(l, give_byte, &source, chunk, "t") != LUA_ERRSYNTAX) return;
  const char *message = lua_tostring(l, -1), *near = NULL;
  for (const char *p = message; (p = strstr(p, " near ")); p++) near = p + strlen(" near ");
  size_t token = near ? strlen(near) : 0, end = source.given;
  if (near && !strcmp(near, "<eof>")) token = 0;
  else if (token < 3 || near[0] != '\'' || near[token - 1] != '\'') return;
  else token -= 2, near++;
  // The parser is one byte ahead, but for at the end of the text.
  if (token && end && token < end && !memcmp(text + end - 1 - token, near, token)) end--;
  else if (token > end || memcmp(text + end - token, near, token)) return;
  size_t start = end - token, column = 1;
  for (const char *p = text + start; p > text && p[-1] != '\n'; p--) column++;
  lua_pushinteger(l, (lua_Integer)column), lua_setfield(l, LUA_REGISTRYINDEX, "column");
}

int load_source(lua_State *l, const spell_string_t *name, const char *text, size_t length) {
  lua_pushliteral(l, "@");
  push_text(l, name);
  lua_concat(l, 2);
  const char *chunk = lua_tostring(l, -1);
  remember_chunk(l, chunk, name);
  if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) text += 3, length -= 3;
  if (length && *text == '#') { // as in a file that a shell starts; its line end stays, for the line numbers
    const char *end = memchr(text, '\n', length);
    length = end ? (size_t)(text + length - end) : 0;
    text = end;
  }
  if (!length) text = "";
  int status = luaL_loadbufferx(l, text, length, chunk, "t"), top = lua_gettop(l);
  if (status == LUA_ERRSYNTAX) remember_column(l, chunk, text, length);
  lua_settop(l, top);
  lua_remove(l, -2);
  return status;
}

static const char *const trace_fields[] = {"traceback", "file", "line"};

void push_trace(lua_State *l, int error, lua_State *thread, int level) {
  enum { LONGEST = 16 * 1024 }; // a traceback grows from task to task
  lua_Debug info;
  lua_createtable(l, 0, 3);
  lua_getfield(l, LUA_REGISTRYINDEX, "raised");
  if (lua_getfield(l, LUA_REGISTRYINDEX, "raised trace") == LUA_TTABLE && lua_rawequal(l, error, -2)) {
    lua_getfield(l, -1, "traceback");
    if (lua_rawlen(l, -1) < LONGEST) {
      luaL_traceback(l, thread, lua_tostring(l, -1), level);
      lua_setfield(l, -5, "traceback");
      for (int i = 1; i < 3; i++) lua_getfield(l, -2, trace_fields[i]), lua_setfield(l, -5, trace_fields[i]);
      lua_pop(l, 3);
      return;
    }
    lua_pop(l, 1);
  }
  lua_pop(l, 2);
  luaL_traceback(l, thread, NULL, level);
  lua_setfield(l, -2, "traceback");
  if (!find_position(thread, level, &info)) return;
  lua_pushstring(l, info.short_src), lua_setfield(l, -2, "file");
  lua_pushinteger(l, info.currentline), lua_setfield(l, -2, "line");
}

void take_trace(lua_State *l) {
  for (int i = 0; i < 3 && lua_istable(l, -1); i++) {
    lua_getfield(l, -1, trace_fields[i]);
    lua_setfield(l, LUA_REGISTRYINDEX, trace_fields[i]);
  }
  lua_pop(l, 1);
}

// The message handler: at this point the stack still stands.
int keep_traceback(lua_State *l) {
  lua_settop(l, 1);
  push_trace(l, 1, l, 1);
  take_trace(l);
  return 1;
}

void make_presentable(lua_State *l) {
  size_t length;
  const char *text = lua_tolstring(l, -1, &length);
  bool cut = length > MAX_SHOWN;
  if (cut) length = MAX_SHOWN;
  const char *bad = find_invalid_utf8(text, length);
  if (!cut && !bad) return;
  luaL_Buffer buffer;
  luaL_buffinit(l, &buffer);
  for (; bad; bad = find_invalid_utf8(text, length)) {
    luaL_addlstring(&buffer, text, bad - text);
    luaL_addstring(&buffer, "\xef\xbf\xbd");
    length -= bad + 1 - text;
    text = bad + 1;
  }
  luaL_addlstring(&buffer, text, length);
  if (cut) luaL_addstring(&buffer, "...");
  luaL_pushresult(&buffer);
  lua_remove(l, -2);
}

// Moves the string on top into a field of the record.
static void take(lua_State *l, spell_string_t *field) {
  size_t length;
  make_presentable(l);
  const char *text = lua_tolstring(l, -1, &length);
  spell_string_dup_n(field, text, length);
  lua_pop(l, 1);
}

static void take_option(lua_State *l, spell_option_string_t *field) {
  field->is_some = true;
  take(l, &field->val);
}

static int render_protected(lua_State *l) { // any error value -> text
  if (to_text(l, 1, NULL)) return 1;
  if (lua_istable(l, 1) && !luaL_getmetafield(l, 1, "__tostring")) {
    json_text json;
    spell_string_t text = encode(l, 1, &json);
    push_text(l, &text);
    return 1;
  }
  luaL_tolstring(l, 1, NULL);
  return 1;
}

// A spell's own __tostring may fail; what is reported then is still an error, with its place. (One that never ends
// spends the run's fuel or time, and is reported as that.)
static void render(lua_State *l, int index) {
  lua_pushcfunction(l, render_protected);
  lua_pushvalue(l, index);
  if (lua_pcall(l, 1, 1, 0) == LUA_OK && lua_type(l, -1) == LUA_TSTRING) return;
  lua_pop(l, 1);
  lua_pushfstring(l, "an error value of type %s, which can't be shown", luaL_typename(l, index));
}

static int encode_protected(lua_State *l) {
  json_text json;
  spell_string_t text = encode(l, 1, &json);
  push_text(l, &text);
  return 1;
}

static void take_failure(lua_State *l, int index, script_error *error) {
  lua_pushliteral(l, "code");
  if (lua_rawget(l, index) == LUA_TSTRING) take_option(l, &error->code);
  else lua_pop(l, 1);
  lua_pushcfunction(l, encode_protected);
  lua_pushliteral(l, "details");
  if (lua_rawget(l, index) == LUA_TNIL)
    lua_pop(l, 2);
  else if (lua_pcall(l, 1, 1, 0) == LUA_OK) {
    size_t length;
    const char *text = lua_tolstring(l, -1, &length);
    error->details.is_some = true;
    spell_string_dup_n(&error->details.val, text, length);
    lua_pop(l, 1);
  } else
    lua_pop(l, 1);
}

// "name:line: message", if `name` is a source of this run: takes it apart.
static bool split_position(lua_State *l, script_error *error) {
  const char *message = lua_tostring(l, -1);
  push_chunks(l);
  for (const char *colon = strchr(message, ':'); colon; colon = strchr(colon + 1, ':')) {
    uint32_t line = 0;
    const char *p = colon + 1;
    while (*p >= '0' && *p <= '9' && line < 100000000) line = line * 10 + (*p++ - '0');
    if (p == colon + 1 || p[0] != ':' || p[1] != ' ') continue;
    lua_pushlstring(l, message, colon - message);
    if (lua_rawget(l, -2) == LUA_TSTRING) {
      take_option(l, &error->file);
      error->line = (spell_option_u32_t){true, line};
      lua_pop(l, 1);
      lua_pushstring(l, p + 2);
      lua_remove(l, -2);
      return true;
    }
    lua_pop(l, 1);
    if (colon - message > LUA_IDSIZE) break;
  }
  lua_pop(l, 1);
  return false;
}

static void take_position(lua_State *l, int table, script_error *error) { // from raw fields `file` and `line`
  lua_pushliteral(l, "line");
  lua_rawget(l, table);
  lua_Integer line = lua_isinteger(l, -1) ? lua_tointeger(l, -1) : 0;
  lua_pop(l, 1);
  lua_pushliteral(l, "file");
  if (lua_rawget(l, table) != LUA_TSTRING || line < 1 || line > UINT32_MAX) {
    lua_pop(l, 1);
    return;
  }
  push_chunks(l); // the whole name, if the short one was cut
  lua_pushvalue(l, -2);
  if (lua_rawget(l, -2) == LUA_TSTRING) lua_replace(l, -3);
  else lua_pop(l, 1);
  lua_pop(l, 1);
  take_option(l, &error->file);
  error->line = (spell_option_u32_t){true, (uint32_t)line};
}

static bool starts_with(const char *text, const char *start) { return !strncmp(text, start, strlen(start)); }

// Without Lua's headings, the prelude's own lines and what they call, and the glue at both ends.
static void take_traceback(lua_State *l, script_error *error) {
  if (lua_getfield(l, LUA_REGISTRYINDEX, "traceback") != LUA_TSTRING) {
    lua_pop(l, 1);
    return;
  }
  luaL_Buffer buffer;
  const char *line = lua_tostring(l, -1);
  luaL_buffinit(l, &buffer);
  bool glue = false;
  while ((line = strchr(line, '\n'))) {
    line += strspn(line, "\n\t");
    size_t length = strcspn(line, "\n");
    const char *next = line + length + strspn(line + length, "\n\t");
    bool last = !line[length], native = starts_with(line, "[C]: "), was_glue = glue;
    glue = starts_with(line, PRELUDE + 1);
    if (glue || (native && starts_with(next, PRELUDE + 1))) continue;
    if (was_glue && starts_with(line, "(...tail calls...)")) continue;
    if (last ? !strcmp(line, "[C]: in ?") : starts_with(line, "[C]: in function 'error'\n")) continue;
    if (starts_with(line, "stack traceback:")) continue;
    if (luaL_bufflen(&buffer)) luaL_addchar(&buffer, '\n');
    luaL_addlstring(&buffer, line, length);
  }
  luaL_pushresult(&buffer);
  if (lua_rawlen(l, -1)) take_option(l, &error->traceback);
  else lua_pop(l, 1);
  lua_pop(l, 1);
}

// Takes the error value on top apart.
void report(lua_State *l, int status, bool running, script_error *error) {
  int value = lua_gettop(l);
  memset(error, 0, sizeof *error);
  error->phase = running ? EXPORTS_LLMSPELL_SPELL_GUEST_PHASE_RUN : EXPORTS_LLMSPELL_SPELL_GUEST_PHASE_CHECK;
  if (kind_of_table(l, value) == 'f') {
    take_failure(l, value, error);
    take_position(l, value, error);
    lua_pushliteral(l, "message");
    if (lua_rawget(l, value) != LUA_TSTRING) lua_pop(l, 1), render(l, value);
  } else {
    render(l, value);
    split_position(l, error);
  }
  take(l, &error->message);
  if (!running && error->line.is_some && lua_getfield(l, LUA_REGISTRYINDEX, "column") == LUA_TNUMBER)
    error->column = (spell_option_u32_t){true, (uint32_t)lua_tointeger(l, -1)};
  if (running && status == LUA_ERRRUN) {
    if (!error->file.is_some) take_position(l, LUA_REGISTRYINDEX, error);
    take_traceback(l, error);
  }
  lua_settop(l, value - 1);
}

static int debug_traceback(lua_State *l) { // [thread,] [message [, level]]: as in Lua's debug library
  lua_State *of = lua_isthread(l, 1) ? lua_tothread(l, 1) : l;
  int first = of == l && !lua_isthread(l, 1) ? 1 : 2;
  const char *message = lua_tostring(l, first);
  if (!message && !lua_isnoneornil(l, first)) {
    lua_pushvalue(l, first); // not a text: given back as it is
    return 1;
  }
  luaL_traceback(l, of, message, (int)luaL_optinteger(l, first + 1, l == of));
  return 1;
}

const luaL_Reg guest_functions[] = {{"traceback", debug_traceback}, {NULL, NULL}};

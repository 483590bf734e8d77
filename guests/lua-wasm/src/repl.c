// A prompt: one text after the other, in one instance. Globals stay; a local is gone with the text that declares it, as in
// Lua's own.
#include "guest.h"

typedef exports_llmspell_spell_guest_script_error_t script_error;

typedef struct {
  exports_llmspell_spell_repl_request_t *entry;
  exports_llmspell_spell_repl_evaluated_t *ret;
  script_error *error;
  bool ok;
} job;

enum { JOB = 1, HANDLER };

static bool has_begun;

// Of the text before: where an error arose.
static void forget_error(lua_State *l) {
  static const char *const fields[] = {"traceback", "file", "line", "column", "raised", "raised trace"};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    lua_pushnil(l);
    lua_setfield(l, LUA_REGISTRYINDEX, fields[i]);
  }
}

static bool ends_early(lua_State *l, int status) {
  size_t length;
  const char *message = lua_tolstring(l, -1, &length), *end = "<eof>";
  return status == LUA_ERRSYNTAX && message && length >= strlen(end) && !strcmp(message + length - strlen(end), end);
}

// An expression is shown, so it is tried first, as Lua's own prompt does it.
static int load_entry(lua_State *l, const spell_string_t *name, const spell_string_t *text) {
  lua_pushliteral(l, "return ");
  push_text(l, text);
  lua_concat(l, 2);
  size_t length;
  const char *whole = lua_tolstring(l, -1, &length);
  int status = load_source(l, name, whole, length);
  lua_remove(l, -2);
  if (status == LUA_OK) return status;
  lua_pop(l, 1);
  forget_error(l);
  return load_source(l, name, (const char *)text->ptr, text->len);
}

// Calls a function of the registry with the `count` values on top: a status.
static int call(lua_State *l, const char *name, int count, int results) {
  lua_getfield(l, LUA_REGISTRYINDEX, name);
  lua_insert(l, -1 - count);
  return lua_pcall(l, count, results, HANDLER);
}

// Waits for what the text began. Pushes an error if it is none.
static int finish(lua_State *l) {
  int below = lua_gettop(l);
  lua_pushboolean(l, true);
  int status = call(l, "finish_entry", 1, 3); // true | false, error, trace
  if (status == LUA_OK && !lua_toboolean(l, -3)) {
    take_trace(l);
    return LUA_ERRRUN;
  }
  if (status == LUA_OK) lua_settop(l, below);
  return status;
}

// The values above `below`, as they are shown.
static int show(lua_State *l, int below, exports_llmspell_spell_repl_evaluated_t *ret) {
  int status = call(l, "show_entry", lua_gettop(l) - below, 1);
  if (status != LUA_OK || lua_isnil(l, -1)) return status;
  size_t length;
  make_presentable(l);
  const char *text = lua_tolstring(l, -1, &length);
  ret->tag = EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_VALUE;
  spell_string_dup_n(&ret->val.value, text, length);
  return status;
}

static int evaluate_protected(lua_State *l) {
  job *job = lua_touserdata(l, JOB);
  exports_llmspell_spell_guest_source_t *source = &job->entry->source;
  spell_string_t text = {source->text.ptr, source->text.len};
  lua_pushcfunction(l, keep_traceback);
  if (!has_begun) begin(l, job->entry);
  has_begun = true;
  lua_settop(l, HANDLER);
  forget_error(l);
  call(l, "begin_again", 0, 0);
  lua_settop(l, HANDLER);
  int status = load_entry(l, &source->name, &text);
  if (ends_early(l, status)) {
    job->ret->tag = EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_INCOMPLETE;
    job->ok = true;
    return 0;
  }
  bool running = status == LUA_OK;
  if (running) status = lua_pcall(l, 0, LUA_MULTRET, HANDLER);
  bool done = status == LUA_OK;
  if (done) status = finish(l);
  if (status == LUA_OK) status = show(l, HANDLER, job->ret);
  if (status != LUA_OK) end_if_out_of_memory(l, status);
  job->ok = status == LUA_OK;
  if (!job->ok) report(l, status, running, job->error);
  if (running && !done) call(l, "finish_entry", 0, 0); // what goes wrong while its tasks are cancelled comes too late
  return 0;
}

bool exports_llmspell_spell_repl_evaluate(exports_llmspell_spell_repl_request_t *entry,
                                          exports_llmspell_spell_repl_evaluated_t *ret, script_error *error) {
  job job = {.entry = entry, .ret = ret, .error = error};
  ret->tag = EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_NOTHING;
  bool ok = protect(evaluate_protected, &job, &job.ok, error);
  exports_llmspell_spell_repl_request_free(entry);
  return ok;
}

// What the guest exports: the interpreter's start, which the snapshot holds, and describe, check, run.
#include <stdlib.h>

#include "frozen.h"
#include "guest.h"
#include "named.h"
#include "prelude.h"

typedef exports_llmspell_spell_guest_script_error_t script_error;

static lua_State *L;

static void open_libraries(void) {
  static const luaL_Reg libraries[] = {{LUA_GNAME, open_base}, {LUA_COLIBNAME, open_coroutine},
                                       {LUA_TABLIBNAME, open_table}, {LUA_STRLIBNAME, open_string},
                                       {LUA_MATHLIBNAME, open_math}, {LUA_UTF8LIBNAME, open_utf8}, {NULL, NULL}};
  for (const luaL_Reg *library = libraries; library->name; library++) {
    luaL_requiref(L, library->name, library->func, 1);
    lua_pop(L, 1);
  }
}

// Each script gets the raw functions, by interface, and a table that the scripts share; spells get neither. All are compiled
// before the first runs: what a run writes to does not lie among code, which no run writes to.
static void load_prelude(void) {
  enum { RAW = 1, GUEST, SCRIPTS };
  lua_newtable(L);
  for (const raw_interface *interface = raw_interfaces; interface->name; interface++) {
    luaL_getsubtable(L, RAW, interface->name);
    luaL_setfuncs(L, interface->functions, 0);
    lua_pop(L, 1);
  }
  lua_newtable(L);
  lua_newtable(L);
  int count = 0;
  for (const prelude_script *script = prelude; script->text; script++) {
    if (luaL_loadbufferx(L, script->text, script->length, PRELUDE, "t")) abort();
    note_code(L, false);
    lua_rawseti(L, SCRIPTS, ++count);
  }
  compile_named(L);
  lua_gc(L, LUA_GCCOLLECT);
  begin_afresh_in_chunks(L);
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(L, SCRIPTS, i);
    lua_pushvalue(L, RAW);
    lua_pushvalue(L, GUEST);
    if (lua_pcall(L, 2, 0, 0)) abort();
  }
  open_names(L, RAW, GUEST);
  static const char *const kept[] = {"finish", "begin_again", "finish_entry", "show_entry"};
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    lua_getfield(L, GUEST, kept[i]);
    lua_setfield(L, LUA_REGISTRYINDEX, kept[i]);
  }
  lua_settop(L, 0);
}

// Runs once, when the guest is built. No import can be called here.
__attribute__((export_name("wizer-initialize"))) void initialise(void) {
  L = lua_newstate(allocate, NULL);
  if (!L) abort();
  lua_setallocf(L, allocate, L);
  open_text(L);
  open_libraries();
  load_prelude();
  open_reply(L);
  freeze(L);
  make_room_for_strings(L);
  begin_afresh_in_chunks(L);
}

// An error outside of every other protection: there was no memory left to report it in full.
static void report_simply(script_error *error) {
  memset(error, 0, sizeof *error);
  error->phase = EXPORTS_LLMSPELL_SPELL_GUEST_PHASE_RUN;
  const char *message = lua_tostring(L, -1);
  if (!message || find_invalid_utf8(message, strlen(message))) message = "the error can't be shown";
  spell_string_dup(&error->message, message);
}

void exports_llmspell_spell_guest_describe(exports_llmspell_spell_guest_language_t *ret) {
  spell_string_dup(&ret->name, "lua");
  spell_string_dup(&ret->version, LUA_VERSION_MAJOR "." LUA_VERSION_MINOR "." LUA_VERSION_RELEASE);
  ret->extensions.ptr = malloc(sizeof *ret->extensions.ptr);
  ret->extensions.len = 1;
  if (!ret->extensions.ptr) abort();
  spell_string_dup(ret->extensions.ptr, "lua");
  ret->features.ptr = NULL;
  ret->features.len = 0;
}

typedef struct {
  exports_llmspell_spell_guest_source_t *source;
  exports_llmspell_spell_guest_request_t *request;
  exports_llmspell_spell_guest_option_json_t *ret;
  script_error *error;
  bool ok;
} job;

static int check_protected(lua_State *l) {
  job *job = lua_touserdata(l, 1);
  int status = load_source(l, &job->source->name, (char *)job->source->text.ptr, job->source->text.len);
  job->ok = status == LUA_OK;
  if (!job->ok) report(l, status, false, job->error);
  return 0;
}

static int encode_result(lua_State *l) {
  job *job = lua_touserdata(l, 1);
  json_text json;
  if (lua_isnil(l, 2)) return 0;
  spell_string_t text = encode(l, 2, &json);
  job->ret->is_some = true;
  spell_string_dup_n(&job->ret->val, (char *)text.ptr, text.len);
  return 0;
}

// Finishes what the main chunk left, which returned so many values. Pushes an error if it is none.
static int finish(lua_State *l, int returned) {
  int result = lua_gettop(l);
  lua_getfield(l, LUA_REGISTRYINDEX, "finish");
  lua_pushboolean(l, true);
  lua_pushinteger(l, returned);
  lua_pushvalue(l, result);
  int status = lua_pcall(l, 3, 3, 2); // true | false, error, trace
  if (status == LUA_OK && !lua_toboolean(l, -3)) {
    take_trace(l);
    return LUA_ERRRUN;
  }
  if (status == LUA_OK) lua_settop(l, result);
  return status;
}

static int run_protected(lua_State *l) {
  job *job = lua_touserdata(l, 1);
  exports_llmspell_spell_guest_source_t *source = &job->request->source;
  begin(l, job->request);
  lua_pushcfunction(l, keep_traceback);
  int status = load_source(l, &source->name, (char *)source->text.ptr, source->text.len);
  bool running = status == LUA_OK;
  int below = lua_gettop(l) - 1;
  if (running) status = lua_pcall(l, 0, LUA_MULTRET, 2);
  bool done = status == LUA_OK;
  if (done) {
    int returned = lua_gettop(l) - below;
    lua_settop(l, below + 1); // a spell has one result
    status = finish(l, returned);
  }
  if (status != LUA_OK) end_if_out_of_memory(l, status);
  if (status == LUA_OK) {
    lua_pushcfunction(l, encode_result);
    lua_pushlightuserdata(l, job);
    lua_rotate(l, -3, 2);
    status = lua_pcall(l, 2, 0, 0);
    if (status != LUA_OK) {
      end_if_out_of_memory(l, status);
      lua_pushliteral(l, "the spell's result can't be returned: ");
      lua_insert(l, -2);
      lua_concat(l, 2);
    }
  }
  job->ok = status == LUA_OK;
  if (!job->ok) report(l, status, running, job->error);
  if (running && !done) { // the tasks of a main chunk that failed are cancelled; what goes wrong then comes too late
    lua_getfield(l, LUA_REGISTRYINDEX, "finish");
    lua_pcall(l, 0, 0, 0);
  }
  return 0;
}

bool protect(lua_CFunction function, void *job, const bool *ok, script_error *error) {
  lua_settop(L, 0);
  lua_pushcfunction(L, function);
  lua_pushlightuserdata(L, job);
  int status = lua_pcall(L, 1, 0, 0);
  if (status == LUA_OK) return *ok;
  end_if_out_of_memory(L, status);
  report_simply(error);
  return false;
}

static bool play(lua_CFunction function, job *job) { return protect(function, job, &job->ok, job->error); }

// What is returned is freed by generated code, with free(); the arguments are ours to free.
bool exports_llmspell_spell_guest_check(exports_llmspell_spell_guest_source_t *source, script_error *error) {
  bool ok = play(check_protected, &(job){.source = source, .error = error});
  exports_llmspell_spell_guest_source_free(source);
  return ok;
}

bool exports_llmspell_spell_guest_run(exports_llmspell_spell_guest_request_t *request,
                                      exports_llmspell_spell_guest_option_json_t *ret, script_error *error) {
  ret->is_some = false;
  bool ok = play(run_protected, &(job){.request = request, .ret = ret, .error = error});
  exports_llmspell_spell_guest_request_free(request);
  return ok;
}

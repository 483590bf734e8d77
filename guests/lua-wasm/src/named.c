// The prelude's scripts that run when one of their names is first read. They are compiled before the snapshot, and their code
// lies outside the collected heap (frozen.c): a run that names none of them pays nothing, and no run loads bytecode.
#include <stdlib.h>

#include "frozen.h"
#include "guest.h"
#include "lapi.h"
#include "lfunc.h"
#include "lgc.h"
#include "lstate.h"
#include "lstring.h"
#include "ltable.h"
#include "named.h"
#include "prelude.h"

enum { MOST_NAMES = 128, MOST_SCRIPTS = 64 };

static struct {
  Table *of;
  TString *name;
  int script;
  bool open;
} names[MOST_NAMES];
static int name_count;

static struct {
  Proto *code;
  enum { UNREAD, RUNNING, DONE } state;
} scripts[MOST_SCRIPTS];

static int find(const Table *table, const TValue *key) {
  if (!ttisshrstring(key)) return -1;
  for (int i = 0; i < name_count; i++)
    if (names[i].name == tsvalue(key) && names[i].of == table && names[i].open) return i;
  return -1;
}

static void push_key(lua_State *l, int index) {
  setsvalue2s(l, l->top.p, names[index].name);
  api_incr_top(l);
}

// What a script returns is the value of those of its names that it has not set itself.
static void give_names(lua_State *l, int script) {
  for (int i = 0; i < name_count; i++) {
    if (names[i].script != script || !names[i].open) continue;
    names[i].open = false;
    sethvalue2s(l, l->top.p, names[i].of);
    api_incr_top(l);
    push_key(l, i);
    lua_pushvalue(l, -3);
    lua_rawset(l, -3);
    lua_pop(l, 1);
  }
}

static void load(lua_State *l, int index) {
  int script = names[index].script;
  if (scripts[script].state == RUNNING) return; // it asks for what it has not set yet: nil
  luaL_checkstack(l, 8, "a script of the prelude");
  Proto *code = scripts[script].code;
  LClosure *function = luaF_newLclosure(l, code->sizeupvalues);
  setclLvalue2s(l, l->top.p, function);
  api_incr_top(l);
  function->p = code;
  luaF_initupvals(l, function);
  lua_getfield(l, LUA_REGISTRYINDEX, "names.globals");
  lua_setupvalue(l, -2, 1);
  lua_getfield(l, LUA_REGISTRYINDEX, "names.raw");
  lua_getfield(l, LUA_REGISTRYINDEX, "names.guest");
  scripts[script].state = RUNNING;
  int status = lua_pcall(l, 2, 1, 0);
  scripts[script].state = status == LUA_OK ? DONE : UNREAD; // it may have been for want of memory
  if (status != LUA_OK) lua_error(l);
  give_names(l, script);
  lua_pop(l, 1);
}

static int index_name(lua_State *l) { // table, key -> what is there now
  int index = find(hvalue(s2v(l->ci->func.p + 1)), s2v(l->ci->func.p + 2));
  lua_settop(l, 2);
  if (index >= 0) load(l, index);
  const TValue *found = luaH_get(hvalue(s2v(l->ci->func.p + 1)), s2v(l->ci->func.p + 2));
  if (isempty(found)) lua_pushnil(l);
  else {
    setobj2s(l, l->top.p, found);
    api_incr_top(l);
  }
  return 1;
}

const TValue *loader_of(const Table *table, const TValue *key) {
  static const TValue loader = {.value_ = {.f = index_name}, .tt_ = LUA_VLCF};
  return find(table, key) < 0 ? NULL : &loader;
}

void load_names(lua_State *l, const Table *table, const TValue *key) {
  int index = key ? find(table, key) : -1;
  if (index >= 0) load(l, index);
  for (int i = 0; !key && i < name_count; i++)
    if (names[i].of == table && names[i].open) load(l, i);
}

int take_name(const Table *table, const TValue *key) {
  int index = find(table, key);
  if (index >= 0) names[index].open = false;
  return index >= 0;
}

// --- Before the snapshot.

// The globals as the prelude has left them, libraries included: a spell may have other things under these names when a script
// runs at last.
static void push_globals_of_scripts(lua_State *l) {
  lua_newtable(l);
  lua_pushglobaltable(l);
  for (lua_pushnil(l); lua_next(l, -2); lua_pop(l, 1)) {
    // Libraries and plain namespaces; others find their members elsewhere.
    bool library = lua_istable(l, -1) && !lua_rawequal(l, -1, -3);
    if (lua_getmetatable(l, -1)) library = false, lua_pop(l, 1);
    lua_pushvalue(l, -2);
    if (library) {
      lua_newtable(l);
      for (lua_pushnil(l); lua_next(l, -4); lua_pop(l, 1)) {
        lua_pushvalue(l, -2);
        lua_pushvalue(l, -2);
        lua_rawset(l, -5);
      }
    } else lua_pushvalue(l, -2);
    lua_rawset(l, -6);
  }
  lua_pop(l, 1);
}

void keep_names(void) {
  for (int i = 0; i < name_count; i++) keep_text(names[i].name);
}

static void open_name(lua_State *l, const prelude_name *name, int guest) {
  if (name_count == MOST_NAMES) abort();
  lua_pushglobaltable(l);
  if (!strcmp(name->of, "guest")) lua_pushvalue(l, guest);
  else if (*name->of) luaL_getsubtable(l, -1, name->of);
  else lua_pushvalue(l, -1);
  Table *table = hvalue(s2v(l->top.p - 1));
  table->flags |= NAMES_OPEN;
  luaL_getsubtable(l, LUA_REGISTRYINDEX, "code"); // keeps the text until the heap is frozen
  lua_pushstring(l, name->name);
  names[name_count++] = (typeof(*names)){table, tsvalue(s2v(l->top.p - 1)), name->script, true};
  lua_pushboolean(l, true);
  lua_rawset(l, -3);
  lua_pop(l, 3);
}

void compile_named(lua_State *l) {
  int count = 0;
  for (const prelude_script *script = named_scripts; script->text; script++, count++) {
    if (count == MOST_SCRIPTS || luaL_loadbufferx(l, script->text, script->length, PRELUDE, "t")) abort();
    scripts[count].code = clLvalue(s2v(l->top.p - 1))->p;
    note_code(l, true);
    lua_pop(l, 1);
  }
}

void open_names(lua_State *l, int raw, int guest) {
  push_globals_of_scripts(l);
  lua_setfield(l, LUA_REGISTRYINDEX, "names.globals");
  lua_pushvalue(l, raw);
  lua_setfield(l, LUA_REGISTRYINDEX, "names.raw");
  lua_pushvalue(l, guest);
  lua_setfield(l, LUA_REGISTRYINDEX, "names.guest");
  for (const prelude_name *name = prelude_names; name->name; name++) open_name(l, name, guest);
}

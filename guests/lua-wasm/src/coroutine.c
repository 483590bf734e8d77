// Lua's coroutine library, for spells that run in tasks: what waits inside a spell's coroutine waits in its task.
#define LUA_LIB
#include "guest.h"

// One that waits is not there to be resumed: it has the coroutines above it wait too.
static int status_of(lua_State *thread) { return is_waiting(thread) ? LUA_OK : lua_status(thread); }

#define lua_status status_of
#define luaopen_coroutine open_original
#include "lcorolib.c"
#undef lua_status

static int go_on(lua_State *l, int status, lua_KContext wrapped);

// Resumes the coroutine at index 1 with what lies above it. A wait goes on up, and comes back here with its step.
static int resume(lua_State *l, lua_KContext wrapped, bool woken) {
  lua_State *thread = getco(l);
  int results, status;
  if (!woken && is_waiting(thread)) {
    lua_pushliteral(l, "cannot resume non-suspended coroutine");
    goto refused;
  }
  for (;; woken = true) {
    int count = lua_gettop(l) - 1;
    if (woken) lua_pop(thread, 2);
    if (!lua_checkstack(thread, count)) {
      lua_pushliteral(l, "too many arguments to resume");
      goto refused;
    }
    lua_xmove(l, thread, count);
    status = lua_resume(thread, l, count, &results);
    if (status != LUA_YIELD || !is_waiting(thread)) break;
    lua_pushvalue(thread, -1);
    lua_xmove(thread, l, 1);
    if (lua_isyieldable(l)) {
      push_wait(l);
      lua_insert(l, -2);
      return lua_yieldk(l, 2, wrapped, go_on);
    }
    wait_here(l);
  }
  if (status == LUA_OK || status == LUA_YIELD) {
    if (!lua_checkstack(l, results + 1)) {
      lua_pop(thread, results);
      lua_pushliteral(l, "too many results to resume");
      goto refused;
    }
    if (!wrapped) lua_pushboolean(l, 1);
    lua_xmove(thread, l, results);
    return results + !wrapped;
  }
  lua_xmove(thread, l, 1);
refused:
  if (wrapped) { // as in the original
    status = status_of(thread);
    if (status != LUA_OK && status != LUA_YIELD) {
      status = lua_closethread(thread, l);
      lua_xmove(thread, l, 1);
    }
    if (status != LUA_ERRMEM && lua_type(l, -1) == LUA_TSTRING) {
      luaL_where(l, 1);
      lua_insert(l, -2);
      lua_concat(l, 2);
    }
    return lua_error(l);
  }
  lua_pushboolean(l, 0);
  lua_insert(l, -2);
  return 2;
}

static int go_on(lua_State *l, int status, lua_KContext wrapped) {
  (void)status;
  return resume(l, wrapped, true);
}

static int coroutine_resume(lua_State *l) { return resume(l, false, false); }

static int resume_wrapped(lua_State *l) {
  lua_pushvalue(l, lua_upvalueindex(1));
  lua_insert(l, 1);
  return resume(l, true, false);
}

static int coroutine_wrap(lua_State *l) {
  luaB_cocreate(l);
  lua_pushcclosure(l, resume_wrapped, 1);
  return 1;
}

// To the spell a task is what the main thread is to Lua: nothing to yield from.
static int coroutine_yield(lua_State *l) {
  if (is_task(l)) return luaL_error(l, "attempt to yield from outside a coroutine");
  return lua_yield(l, lua_gettop(l));
}

static int coroutine_isyieldable(lua_State *l) {
  lua_State *thread = lua_isnone(l, 1) ? l : getco(l);
  lua_pushboolean(l, lua_isyieldable(thread) && !is_task(thread));
  return 1;
}

static int coroutine_running(lua_State *l) {
  int main = lua_pushthread(l);
  lua_pushboolean(l, main || is_task(l));
  return 2;
}

int open_coroutine(lua_State *l) {
  static const luaL_Reg changed[] = {{"resume", coroutine_resume}, {"wrap", coroutine_wrap},
                                     {"yield", coroutine_yield}, {"isyieldable", coroutine_isyieldable},
                                     {"running", coroutine_running}, {NULL, NULL}};
  open_original(l);
  luaL_setfuncs(l, changed, 0);
  return 1;
}

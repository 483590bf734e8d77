// What the scheduler in the prelude is made of: tasks, which are coroutines of its own, and how anything waits.
#include "guest.h"

// What a coroutine yields first to say that it waits. No other code has its address.
static char waits;

// The call that the running task answers.
static uint64_t answered;
static bool answers;

uint64_t *within(void) { return answers ? &answered : NULL; }

bool is_task(lua_State *l) { return *(void **)lua_getextraspace(l) == &waits; }

bool is_waiting(lua_State *thread) {
  return lua_status(thread) == LUA_YIELD && lua_gettop(thread) >= 2 && lua_touserdata(thread, -2) == &waits;
}

void push_wait(lua_State *l) { lua_pushlightuserdata(l, &waits); }

// In the middle of a collection the scheduler itself is halted.
static void refuse_in_finalizers(lua_State *l) {
  if (lua_gc(l, LUA_GCISRUNNING) < 0) luaL_error(l, "a finalizer (__gc) can't wait");
}

void wait_here(lua_State *l) {
  refuse_in_finalizers(l);
  lua_getfield(l, LUA_REGISTRYINDEX, "wait here");
  lua_insert(l, -2);
  lua_call(l, 1, LUA_MULTRET);
}

static int scheduler_wait(lua_State *l) { // operation, or nil to be woken by a task -> its step
  lua_settop(l, 1);
  // Here, and not where a coroutine is resumed: that would be left behind with its operation.
  refuse_in_finalizers(l);
  if (!lua_isyieldable(l)) {
    wait_here(l);
    return lua_gettop(l);
  }
  push_wait(l);
  lua_insert(l, 1);
  return lua_yield(l, 2);
}

static int scheduler_create(lua_State *l) { // function -> thread
  luaL_checktype(l, 1, LUA_TFUNCTION);
  lua_State *thread = lua_newthread(l);
  *(void **)lua_getextraspace(thread) = &waits;
  lua_pushvalue(l, 1);
  lua_xmove(l, thread, 1);
  return 1;
}

typedef struct {
  uint64_t answered;
  bool answers;
} place;

static place enter(lua_State *l, int index) {
  place before = {answered, answers};
  answers = lua_isinteger(l, index);
  answered = (uint64_t)lua_tointeger(l, index);
  return before;
}

static int leave(place before, int results) {
  answered = before.answered, answers = before.answers;
  return results;
}

// thread, id of the call that it answers, what it is resumed with ->
//   nil, operation: waits | true, results: has ended | false, error, trace: has failed, and its variables are closed
static int scheduler_step(lua_State *l) {
  lua_State *thread = lua_tothread(l, 1);
  luaL_argcheck(l, thread, 1, "a thread");
  int count = lua_gettop(l) - 2, results;
  if (!lua_checkstack(thread, count)) luaL_error(l, "too many values for a task");
  if (is_waiting(thread)) lua_pop(thread, 2);
  place before = enter(l, 2);
  lua_xmove(l, thread, count);
  int status = lua_resume(thread, l, count, &results);
  if (status == LUA_YIELD) { // nothing else lets a task yield
    lua_pushnil(l);
    lua_pushvalue(thread, -1); // there was room for the yield's two values and more
    lua_xmove(thread, l, 1);
    return leave(before, 2);
  }
  if (status == LUA_OK) {
    if (!lua_checkstack(l, results + 1)) luaL_error(l, "too many results of a task");
    lua_pushboolean(l, 1);
    lua_xmove(thread, l, results);
    return leave(before, results + 1);
  }
  lua_pushboolean(l, 0);
  if (status == LUA_ERRRUN) {
    lua_pushvalue(thread, -1), lua_xmove(thread, l, 1);
    push_trace(l, lua_gettop(l), thread, 0);
    lua_remove(l, -2);
  } else lua_pushnil(l);
  lua_closethread(thread, l);
  lua_xmove(thread, l, 1);
  lua_insert(l, -2);
  return leave(before, 3);
}

// Innermost first, as an error would do it: a coroutine that waits inside the task, then who resumed it.
static int close_all(lua_State *l, lua_State *thread) {
  int status = LUA_OK;
  if (is_waiting(thread) && lua_gettop(thread) > 2 && lua_isthread(thread, -3)) status = close_all(l, lua_tothread(thread, -3));
  int own = lua_closethread(thread, l);
  if (own == LUA_OK) return status;
  lua_settop(l, 3);
  lua_xmove(thread, l, 1);
  return own;
}

static int scheduler_close(lua_State *l) { // thread, id of the call that it answers -> true | false, error
  lua_settop(l, 2);
  lua_State *thread = lua_tothread(l, 1);
  luaL_argcheck(l, thread, 1, "a thread");
  place before = enter(l, 2);
  lua_pushboolean(l, 0);
  if (close_all(l, thread) != LUA_OK) return leave(before, 2);
  lua_pushboolean(l, 1);
  return leave(before, 1);
}

static int scheduler_where(lua_State *l) { // thread, or nil for the main chunk -> "file:line" or nil
  lua_Debug info;
  lua_settop(l, 1);
  if (lua_isnil(l, 1)) lua_rawgeti(l, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  lua_State *thread = lua_tothread(l, -1);
  if (!thread || !find_position(thread, 0, &info)) return 0;
  lua_pushfstring(l, "%s:%d", info.short_src, info.currentline);
  return 1;
}

static int scheduler_raise(lua_State *l) { // an error that arose elsewhere, and its trace
  lua_settop(l, 2);
  lua_setfield(l, LUA_REGISTRYINDEX, "raised trace");
  lua_pushvalue(l, 1), lua_setfield(l, LUA_REGISTRYINDEX, "raised");
  return lua_error(l);
}

static int scheduler_within(lua_State *l) {
  if (!answers) return 0;
  lua_pushinteger(l, (lua_Integer)answered);
  return 1;
}

static int scheduler_handle(lua_State *l) { // task -> what a spell has of it
  lua_settop(l, 1);
  lua_newuserdatauv(l, 0, 1);
  lua_insert(l, 1);
  lua_setiuservalue(l, 1, 1);
  luaL_setmetatable(l, "task");
  return 1;
}

static int scheduler_task(lua_State *l) { // any value -> the task, if it is such a handle
  if (!luaL_testudata(l, 1, "task")) return 0;
  lua_getiuservalue(l, 1, 1);
  return 1;
}

static int scheduler_metatable(lua_State *l) { // of handles; called once, before the snapshot
  luaL_newmetatable(l, "task");
  return 1;
}

static int scheduler_setup(lua_State *l) { // what waits where nothing can yield; called once, before the snapshot
  lua_settop(l, 1);
  lua_setfield(l, LUA_REGISTRYINDEX, "wait here");
  return 0;
}

const luaL_Reg scheduler_functions[] = {{"create", scheduler_create}, {"step", scheduler_step},
                                        {"close", scheduler_close}, {"wait", scheduler_wait},
                                        {"where", scheduler_where}, {"within", scheduler_within}, {"raise", scheduler_raise},
                                        {"next", operation_next}, {"wait_any", operation_wait_any},
                                        {"handle", scheduler_handle}, {"task", scheduler_task},
                                        {"metatable", scheduler_metatable}, {"setup", scheduler_setup}, {NULL, NULL}};

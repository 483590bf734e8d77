// Operations as userdata.
#include "guest.h"

typedef OF(operation, own_operation_t) own_operation;
typedef OF(operation, borrow_operation_t) borrow_operation;
typedef OF(operation, step_t) step;

enum { MOST = 1000 }; // far above what the host allows

// Operations that nothing refers to any more, as that of a stream whose loop was left, keep their places with the host until they
// are collected. So they are where so many new ones are open, fewer than the places that there are by default: after a wait,
// when what was begun before it is under way, so that what comes first is no chance.
enum { NEW = 32 };
static int open, old;

static int waited(lua_State *l, int results) {
  if (open < old) old = open;
  if (open - old < NEW) return results;
  lua_gc(l, LUA_GCCOLLECT);
  old = open;
  return results;
}

int wrap_operation(lua_State *l, own_operation handle) {
  push_handle(l, "operation", handle.__handle);
  open++;
  return 1;
}

static borrow_operation check(lua_State *l, int index) {
  return OF(operation, borrow_operation)((own_operation){check_handle(l, index, "operation")});
}

static int operation_close(lua_State *l) {
  own_operation operation = {take_handle(l, "operation")};
  if (!operation.__handle) return 0;
  OF(operation, operation_drop_own)(operation);
  open--;
  return 0;
}

static int decode_protected(lua_State *l) {
  const spell_string_t *text = lua_touserdata(l, 1);
  decode(l, (char *)text->ptr, text->len);
  return 1;
}

// Pushes the value of a text that the host gave, or what is wrong with it.
static bool push_decoded(lua_State *l, const spell_string_t *text) {
  lua_pushcfunction(l, decode_protected);
  lua_pushlightuserdata(l, (void *)text);
  int status = lua_pcall(l, 1, 1, 0);
  if (status != LUA_OK) end_if_out_of_memory(l, status);
  return status == LUA_OK;
}

static int push_failed(lua_State *l, const char *code, const char *message) { // kind, false, failure
  lua_pushliteral(l, "done");
  lua_pushboolean(l, 0);
  lua_createtable(l, 0, 4);
  lua_pushstring(l, code), lua_setfield(l, -2, "code");
  lua_pushstring(l, message), lua_setfield(l, -2, "message");
  luaL_setmetatable(l, "failure");
  return 3;
}

// What the host gave can't be a value here, which is on top: the wait for it fails.
static int push_undecodable(lua_State *l, step *step) {
  OF(operation, step_free)(step);
  return push_failed(l, "invalid", lua_tostring(l, -1));
}

// A call whose arguments can't be values here is answered with that at once: its asker waits. What is left is no step.
static int refuse_call(lua_State *l, borrow_operation operation, step *step) {
  OF(operation, result_json_failure_t) outcome = {.is_err = true};
  failure_t *failure = &outcome.val.err;
  failure->code = (spell_string_t){(uint8_t *)"invalid", 7};
  make_presentable(l);
  failure->message = check_text(l, -1);
  OF(operation, method_operation_answer)(operation, step->val.call.id, &outcome);
  OF(operation, step_free)(step);
  lua_pushliteral(l, "other");
  lua_pushnil(l);
  return 2;
}

// A failed push (no memory) leaks the step: bounded, since the host ends the run at the third refusal of memory.
// Pushes kind, then: value | id, handler, arguments | true, value | false, failure.
static int push_step(lua_State *l, borrow_operation operation, step *step) {
  spell_string_t *text = &step->val.chunk; // `other` lies there too
  switch (step->tag) {
  case LLMSPELL_SPELL_OPERATION_STEP_CALL:
    lua_pushliteral(l, "call");
    lua_pushinteger(l, (lua_Integer)step->val.call.id);
    lua_pushinteger(l, (lua_Integer)step->val.call.handler);
    if (!push_decoded(l, &step->val.call.arguments)) return refuse_call(l, operation, step);
    OF(operation, step_free)(step);
    return 4;
  case LLMSPELL_SPELL_OPERATION_STEP_DONE:
    lua_pushliteral(l, "done");
    lua_pushboolean(l, !step->val.done.is_err);
    if (step->val.done.is_err) {
      push_failure(l, &step->val.done.val.err);
      return 3;
    }
    if (!push_decoded(l, &step->val.done.val.ok)) return push_undecodable(l, step);
    OF(operation, step_free)(step);
    return 3;
  default:
    lua_pushstring(l, step->tag == LLMSPELL_SPELL_OPERATION_STEP_CHUNK ? "chunk" : "other");
    if (!push_decoded(l, text)) return push_undecodable(l, step);
    OF(operation, step_free)(step);
    return 2;
  }
}

int operation_next(lua_State *l) {
  step step;
  borrow_operation operation = check(l, 1);
  OF(operation, method_operation_next)(operation, &step);
  return waited(l, push_step(l, operation, &step));
}

static int operation_cancel(lua_State *l) {
  OF(operation, method_operation_cancel)(check(l, 1));
  return 0;
}

static int operation_answer(lua_State *l) { // operation, id, true, value | false, code, message, details
  own_operation *operation = luaL_checkudata(l, 1, "operation");
  uint64_t id = (uint64_t)luaL_checkinteger(l, 2);
  if (!operation->__handle) return 0; // dropped meanwhile: the asker is gone
  OF(operation, result_json_failure_t) outcome = {.is_err = !lua_toboolean(l, 3)};
  json_text json;
  if (outcome.is_err) {
    failure_t *failure = &outcome.val.err;
    lua_settop(l, 6);
    failure->code = check_text(l, 4);
    if ((failure->details.is_some = !lua_isnil(l, 6))) failure->details.val = encode(l, 6, &json);
    lua_pushvalue(l, 5);
    make_presentable(l);
    failure->message = check_text(l, -1);
  } else outcome.val.ok = encode(l, 4, &json);
  OF(operation, method_operation_answer)(OF(operation, borrow_operation)(*operation), id, &outcome);
  return 0;
}

// For an operation that was closed while another task waited for it.
static int push_closed(lua_State *l, lua_Integer index) {
  lua_rawgeti(l, 2, index + 1);
  return 1 + push_failed(l, "closed", "the operation is closed");
}

// operations, who waits for each, their number -> who is woken, kind, ...
int operation_wait_any(lua_State *l) {
  lua_Integer count = luaL_checkinteger(l, 3);
  borrow_operation operations[MOST];
  luaL_argcheck(l, count >= 1 && count <= MOST, 3, "too many operations to wait for");
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(l, 1, i + 1);
    own_operation *operation = luaL_checkudata(l, -1, "operation");
    if (!operation->__handle) return push_closed(l, i);
    operations[i] = OF(operation, borrow_operation)(*operation);
    lua_pop(l, 1);
  }
  OF(operation, list_borrow_operation_t) list = {operations, count};
  OF(operation, tuple2_u32_step_t) found;
  OF(operation, wait_any)(&list, &found);
  // Before anything is made: a finalizer could change the lists.
  lua_rawgeti(l, 2, (lua_Integer)found.f0 + 1);
  return waited(l, 1 + push_step(l, operations[found.f0], &found.f1));
}

static int operation_sleep(lua_State *l) {
  return wrap_operation(l, OF(operation, sleep)((uint64_t)luaL_checkinteger(l, 1)));
}

// Messages end in the type of what was given: "not a nil" is "not nil", and "not a integer" has another article.
static const char *with_article(lua_State *l, const char *message) {
  const char *last = strrchr(message, ' ');
  if (!last || last - message < 6 || strncmp(last - 6, " not a", 6) || !last[1]) return message;
  bool none = !strcmp(last, " nil");
  if (!none && !strchr("aeio", last[1])) return message;
  lua_pushlstring(l, message, last - message - (none ? 2 : 0));
  lua_pushfstring(l, none ? "%s" : "n%s", last);
  lua_concat(l, 2);
  return lua_tostring(l, -1);
}

static int operation_raise(lua_State *l) { // a message -> an error at the spell's line
  return luaL_error(l, "%s", with_article(l, luaL_checkstring(l, 1)));
}

static int operation_place(lua_State *l) { // a failure -> the same, as one that arose at the spell's line
  place_failure(l, 1);
  return 1;
}

static int operation_failure(lua_State *l) { // code, message, details -> a failure that arose at the spell's line
  lua_settop(l, 3);
  lua_createtable(l, 0, 5);
  static const char *const fields[] = {"code", "message", "details"};
  for (int i = 0; i < 3; i++) lua_pushvalue(l, i + 1), lua_setfield(l, 4, fields[i]);
  luaL_setmetatable(l, "failure");
  place_failure(l, 4);
  return 1;
}

// Makes the metatable; called once, before the snapshot. Takes what to do when a variable's scope ends.
static int operation_setup(lua_State *l) {
  static const luaL_Reg methods[] = {{"next", operation_next}, {"answer", operation_answer},
                                     {"cancel", operation_cancel}, {"close", operation_close},
                                     {"__gc", operation_close}, {NULL, NULL}};
  luaL_newmetatable(l, "operation");
  luaL_setfuncs(l, methods, 0);
  lua_pushvalue(l, -1), lua_setfield(l, -2, "__index");
  lua_pushboolean(l, 0), lua_setfield(l, -2, "__metatable");
  lua_pushvalue(l, 1), lua_setfield(l, -2, "__close");
  return 0;
}

const luaL_Reg operation_functions[] = {{"sleep", operation_sleep}, {"answer", operation_answer},
                                        {"close", operation_close}, {"raise", operation_raise},
                                        {"place", operation_place}, {"failure", operation_failure},
                                        {"setup", operation_setup}, {NULL, NULL}};

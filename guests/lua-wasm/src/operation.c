// Operations as userdata. Handle 0 is never given out: it marks one that was dropped.
#include "guest.h"

typedef OF(operation, own_operation_t) own_operation;
typedef OF(operation, borrow_operation_t) borrow_operation;
typedef OF(operation, step_t) step;

int wrap_operation(lua_State *l, own_operation handle) {
  own_operation *operation = lua_newuserdatauv(l, sizeof *operation, 0);
  *operation = handle;
  luaL_setmetatable(l, "operation");
  return 1;
}

static borrow_operation check(lua_State *l, int index) {
  own_operation *operation = luaL_checkudata(l, index, "operation");
  luaL_argcheck(l, operation->__handle, index, "the operation is closed");
  return OF(operation, borrow_operation)(*operation);
}

static int operation_close(lua_State *l) {
  own_operation *operation = luaL_checkudata(l, 1, "operation");
  own_operation handle = *operation;
  operation->__handle = 0;
  if (handle.__handle) OF(operation, operation_drop_own)(handle);
  return 0;
}

// A failed push (no memory) leaks the step: bounded, since the host ends the run at the third refusal of memory.
// Pushes kind, then: value | id, handler, arguments | true, value | false, failure.
static int push_step(lua_State *l, step *step) {
  spell_string_t *text = &step->val.chunk; // `other` lies there too
  switch (step->tag) {
  case LLMSPELL_SPELL_OPERATION_STEP_CALL:
    lua_pushliteral(l, "call");
    lua_pushinteger(l, (lua_Integer)step->val.call.id);
    lua_pushinteger(l, (lua_Integer)step->val.call.handler);
    decode(l, (char *)step->val.call.arguments.ptr, step->val.call.arguments.len);
    OF(operation, step_free)(step);
    return 4;
  case LLMSPELL_SPELL_OPERATION_STEP_DONE:
    lua_pushliteral(l, "done");
    lua_pushboolean(l, !step->val.done.is_err);
    if (step->val.done.is_err) {
      push_failure(l, &step->val.done.val.err);
      return 3;
    }
    decode(l, (char *)step->val.done.val.ok.ptr, step->val.done.val.ok.len);
    OF(operation, step_free)(step);
    return 3;
  default:
    lua_pushstring(l, step->tag == LLMSPELL_SPELL_OPERATION_STEP_CHUNK ? "chunk" : "other");
    decode(l, (char *)text->ptr, text->len);
    OF(operation, step_free)(step);
    return 2;
  }
}

static int operation_next(lua_State *l) {
  step step;
  OF(operation, method_operation_next)(check(l, 1), &step);
  return push_step(l, &step);
}

static int operation_cancel(lua_State *l) {
  OF(operation, method_operation_cancel)(check(l, 1));
  return 0;
}

static int operation_answer(lua_State *l) { // operation, id, true, value | false, code, message
  own_operation *operation = luaL_checkudata(l, 1, "operation");
  uint64_t id = (uint64_t)luaL_checkinteger(l, 2);
  if (!operation->__handle) return 0; // dropped meanwhile: the asker is gone
  OF(operation, result_json_failure_t) outcome = {.is_err = !lua_toboolean(l, 3)};
  json_text json;
  if (outcome.is_err) outcome.val.err = (failure_t){.code = check_text(l, 4), .message = check_text(l, 5)};
  else outcome.val.ok = encode(l, 4, &json);
  OF(operation, method_operation_answer)(OF(operation, borrow_operation)(*operation), id, &outcome);
  return 0;
}

static int operation_wait_any(lua_State *l) { // list of operations -> position, kind, ...
  luaL_checktype(l, 1, LUA_TTABLE);
  lua_Integer count = lua_rawlen(l, 1);
  luaL_argcheck(l, count >= 1 && count <= 1000, 1, "1 to 1000 operations");
  borrow_operation few[32], *operations = few;
  if (count > 32) operations = lua_newuserdatauv(l, count * sizeof *operations, 0);
  for (lua_Integer i = 0; i < count; i++) {
    lua_rawgeti(l, 1, i + 1);
    operations[i] = check(l, -1);
    lua_pop(l, 1);
  }
  OF(operation, list_borrow_operation_t) list = {operations, count};
  OF(operation, tuple2_u32_step_t) found;
  OF(operation, wait_any)(&list, &found);
  lua_pushinteger(l, (lua_Integer)found.f0 + 1);
  return 1 + push_step(l, &found.f1);
}

static int operation_sleep(lua_State *l) {
  return wrap_operation(l, OF(operation, sleep)((uint64_t)luaL_checkinteger(l, 1)));
}

static int operation_raise(lua_State *l) { // a message -> an error at the spell's line
  return luaL_error(l, "%s", luaL_checkstring(l, 1));
}

static int operation_setup(lua_State *l) { // makes the metatable; called once, before the snapshot
  static const luaL_Reg methods[] = {{"next", operation_next}, {"answer", operation_answer},
                                     {"cancel", operation_cancel}, {"close", operation_close},
                                     {"__gc", operation_close}, {"__close", operation_close}, {NULL, NULL}};
  luaL_newmetatable(l, "operation");
  luaL_setfuncs(l, methods, 0);
  lua_pushvalue(l, -1), lua_setfield(l, -2, "__index");
  lua_pushboolean(l, 0), lua_setfield(l, -2, "__metatable");
  return 0;
}

const luaL_Reg operation_functions[] = {{"wait_any", operation_wait_any}, {"sleep", operation_sleep},
                                        {"raise", operation_raise}, {"setup", operation_setup}, {NULL, NULL}};

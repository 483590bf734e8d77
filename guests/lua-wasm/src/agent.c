// Models and agents.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;
typedef OF(agent, borrow_agent_t) borrow_agent;

static own_agent *check(lua_State *l, int index) {
  own_agent *agent = luaL_checkudata(l, index, "agent");
  luaL_argcheck(l, agent->__handle, index, "the agent is closed");
  return agent;
}

static borrow_agent borrow(lua_State *l, int index) { return OF(agent, borrow_agent)(*check(l, index)); }

// Decodes a JSON text of the host, and frees it.
static int decode_text(lua_State *l, spell_string_t *text) {
  decode(l, (char *)text->ptr, text->len);
  spell_string_free(text);
  return 1;
}

// true, or nil and the failure.
static int succeeded(lua_State *l, bool ok, failure_t *failure) {
  if (ok) return lua_pushboolean(l, 1), 1;
  lua_pushnil(l);
  push_failure(l, failure);
  return 2;
}

static int agent_complete(lua_State *l) { // request -> operation
  json_text json;
  spell_string_t request = encode(l, 1, &json);
  return wrap_operation(l, OF(agent, complete)(&request, within()));
}

static int agent_embed(lua_State *l) { // request -> operation
  json_text json;
  spell_string_t request = encode(l, 1, &json);
  return wrap_operation(l, OF(agent, embed)(&request, within()));
}

static int agent_rerank(lua_State *l) { // request -> operation
  json_text json;
  spell_string_t request = encode(l, 1, &json);
  return wrap_operation(l, OF(agent, rerank)(&request, within()));
}

static int agent_create(lua_State *l) { // definition -> agent, operation? | nil, failure
  own_agent *agent = lua_newuserdatauv(l, sizeof *agent, 0);
  agent->__handle = 0;
  luaL_setmetatable(l, "agent");
  json_text json;
  spell_string_t definition = encode(l, 1, &json);
  OF(agent, tuple2_own_agent_option_own_operation_t) made;
  failure_t failure;
  bool good = OF(agent, create)(&definition, within(), &made, &failure) ||
              (make_room(l, &failure) && OF(agent, create)(&definition, within(), &made, &failure));
  if (!good) return succeeded(l, false, &failure);
  *agent = made.f0;
  lua_pop(l, 1);
  if (!made.f1.is_some) return 1;
  wrap_operation(l, made.f1.val);
  return 2;
}

static int agent_run(lua_State *l) { // agent, prompt, options -> operation
  borrow_agent agent = borrow(l, 1);
  json_text prompt_json, options_json;
  spell_string_t prompt = encode(l, 2, &prompt_json), options = encode(l, 3, &options_json);
  return wrap_operation(l, OF(agent, method_agent_run)(agent, &prompt, &options, within()));
}

static int agent_shutdown(lua_State *l) { // agent -> operation
  return wrap_operation(l, OF(agent, method_agent_shutdown)(borrow(l, 1), within()));
}

static int agent_describe(lua_State *l) { // agent -> definition
  spell_string_t text;
  OF(agent, method_agent_describe)(borrow(l, 1), &text);
  return decode_text(l, &text);
}

static int agent_status(lua_State *l) { // agent -> status
  spell_string_t text;
  OF(agent, method_agent_status)(borrow(l, 1), &text);
  return decode_text(l, &text);
}

static int agent_history(lua_State *l) { // agent -> messages
  spell_string_t text;
  OF(agent, method_agent_history)(borrow(l, 1), &text);
  return decode_text(l, &text);
}

static int agent_set_history(lua_State *l) { // agent, messages -> true | nil, failure
  borrow_agent agent = borrow(l, 1);
  json_text json;
  spell_string_t messages = encode(l, 2, &json);
  failure_t failure;
  return succeeded(l, OF(agent, method_agent_set_history)(agent, &messages, &failure), &failure);
}

static int agent_set_state(lua_State *l) { // agent, state, message? -> true | nil, failure
  borrow_agent agent = borrow(l, 1);
  spell_string_t state = check_text(l, 2), message;
  bool has_message = !lua_isnoneornil(l, 3);
  if (has_message) message = check_text(l, 3);
  failure_t failure;
  bool ok = OF(agent, method_agent_set_state)(agent, &state, has_message ? &message : NULL, &failure);
  return succeeded(l, ok, &failure);
}

static int agent_providers(lua_State *l) { // -> list
  spell_string_t text;
  OF(agent, providers)(&text);
  return decode_text(l, &text);
}

static int agent_close(lua_State *l) {
  own_agent *agent = luaL_checkudata(l, 1, "agent");
  own_agent handle = *agent;
  agent->__handle = 0;
  if (handle.__handle) OF(agent, agent_drop_own)(handle);
  return 0;
}

static int agent_setup(lua_State *l) { // makes the metatable; called once, before the snapshot
  static const luaL_Reg methods[] = {{"__gc", agent_close}, {NULL, NULL}};
  luaL_newmetatable(l, "agent");
  luaL_setfuncs(l, methods, 0);
  return 0;
}

const luaL_Reg agent_functions[] = {
    {"complete", agent_complete}, {"embed", agent_embed}, {"rerank", agent_rerank}, {"create", agent_create}, {"run", agent_run}, {"shutdown", agent_shutdown},
    {"describe", agent_describe}, {"status", agent_status}, {"history", agent_history},
    {"set_history", agent_set_history}, {"set_state", agent_set_state}, {"providers", agent_providers},
    {"close", agent_close}, {"setup", agent_setup}, {NULL, NULL}};

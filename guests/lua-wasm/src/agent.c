// Agents as userdata. Handle 0 is never given out: it marks one that was dropped.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;

OF(agent, borrow_agent_t) borrow_agent(lua_State *l, int index) {
  own_agent *agent = luaL_checkudata(l, index, "agent");
  luaL_argcheck(l, agent->__handle, index, "the agent is closed");
  return OF(agent, borrow_agent)(*agent);
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
  if (!good) {
    lua_pushnil(l);
    push_failure(l, &failure);
    return 2;
  }
  *agent = made.f0;
  lua_pop(l, 1);
  if (!made.f1.is_some) return 1;
  wrap_operation(l, made.f1.val);
  return 2;
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
    {"create", agent_create}, {"close", agent_close}, {"setup", agent_setup}, {NULL, NULL}};

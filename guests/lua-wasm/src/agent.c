// Agents as userdata.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;

OF(agent, borrow_agent_t) borrow_agent(lua_State *l, int index) {
  return OF(agent, borrow_agent)((own_agent){check_handle(l, index, "agent")});
}

static int agent_create(lua_State *l) { // definition -> agent, operation? | nil, failure
  int32_t *agent = push_handle(l, "agent", 0);
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
  *agent = made.f0.__handle;
  lua_pop(l, 1);
  if (!made.f1.is_some) return 1;
  wrap_operation(l, made.f1.val);
  return 2;
}

static int agent_close(lua_State *l) {
  own_agent agent = {take_handle(l, "agent")};
  if (agent.__handle) OF(agent, agent_drop_own)(agent);
  return 0;
}

static int agent_setup(lua_State *l) { return setup_handles(l, "agent", agent_close); }

const luaL_Reg agent_functions[] = {
    {"create", agent_create}, {"close", agent_close}, {"setup", agent_setup}, {NULL, NULL}};

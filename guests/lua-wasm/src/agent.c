// Models and agents.
#include "guest.h"

typedef OF(agent, own_agent_t) own_agent;

static own_agent *check(lua_State *l, int index) {
  own_agent *agent = luaL_checkudata(l, index, "agent");
  luaL_argcheck(l, agent->__handle, index, "the agent is closed");
  return agent;
}

static int agent_complete(lua_State *l) { // request -> operation
  json_text json;
  spell_string_t request = encode(l, 1, &json);
  return wrap_operation(l, OF(agent, complete)(&request));
}

static int agent_create(lua_State *l) { // definition -> agent | nil, failure
  own_agent *agent = lua_newuserdatauv(l, sizeof *agent, 0);
  agent->__handle = 0;
  luaL_setmetatable(l, "agent");
  json_text json;
  spell_string_t definition = encode(l, 1, &json);
  failure_t failure;
  bool created = OF(agent, create)(&definition, agent, &failure);
  if (!created && make_room(l, &failure)) created = OF(agent, create)(&definition, agent, &failure);
  if (created) {
    lua_pop(l, 1);
    return 1;
  }
  agent->__handle = 0;
  lua_pushnil(l);
  push_failure(l, &failure);
  return 2;
}

static int agent_run(lua_State *l) { // agent, prompt, options -> operation
  own_agent *agent = check(l, 1);
  spell_string_t prompt = check_text(l, 2);
  json_text json;
  spell_string_t options = encode(l, 3, &json);
  return wrap_operation(l, OF(agent, method_agent_run)(OF(agent, borrow_agent)(*agent), &prompt, &options));
}

static int agent_describe(lua_State *l) { // agent -> definition
  spell_string_t definition;
  OF(agent, method_agent_describe)(OF(agent, borrow_agent)(*check(l, 1)), &definition);
  decode(l, (char *)definition.ptr, definition.len);
  spell_string_free(&definition);
  return 1;
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

const luaL_Reg agent_functions[] = {{"complete", agent_complete}, {"create", agent_create}, {"run", agent_run},
                                    {"describe", agent_describe}, {"close", agent_close}, {"setup", agent_setup},
                                    {NULL, NULL}};

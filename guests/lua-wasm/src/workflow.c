// Workflows as userdata. Handle 0 is never given out: it marks one that was dropped.
#include "guest.h"

typedef OF(workflow, own_workflow_t) own_workflow;
typedef OF(workflow, borrow_agent_t) lent_agent;

OF(workflow, borrow_workflow_t) borrow_workflow(lua_State *l, int index) {
  own_workflow *workflow = luaL_checkudata(l, index, "workflow");
  luaL_argcheck(l, workflow->__handle, index, "the workflow is closed");
  return OF(workflow, borrow_workflow)(*workflow);
}

// Those of the list at `index`. They lie in userdata, which is pushed: an error leaks nothing.
static OF(workflow, list_borrow_agent_t) lend_agents(lua_State *l, int index) {
  size_t count = lua_rawlen(l, index);
  lent_agent *agents = lua_newuserdatauv(l, (count + 1) * sizeof *agents, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(l, index, (lua_Integer)i + 1);
    agents[i].__handle = borrow_agent(l, -1).__handle;
    lua_pop(l, 1);
  }
  return (OF(workflow, list_borrow_agent_t)){agents, count};
}

static int workflow_create(lua_State *l) { // definition, {agent, ...} -> workflow | nil, failure
  own_workflow *workflow = lua_newuserdatauv(l, sizeof *workflow, 0);
  workflow->__handle = 0;
  luaL_setmetatable(l, "workflow");
  OF(workflow, list_borrow_agent_t) agents = lend_agents(l, 2);
  json_text json;
  spell_string_t definition = encode(l, 1, &json);
  failure_t failure;
  bool good = OF(workflow, create)(&definition, &agents, workflow, &failure) ||
              (make_room(l, &failure) && OF(workflow, create)(&definition, &agents, workflow, &failure));
  if (!good) {
    workflow->__handle = 0;
    lua_pushnil(l);
    push_failure(l, &failure);
    return 2;
  }
  lua_settop(l, 3);
  return 1;
}

static int workflow_close(lua_State *l) {
  own_workflow *workflow = luaL_checkudata(l, 1, "workflow");
  own_workflow handle = *workflow;
  workflow->__handle = 0;
  if (handle.__handle) OF(workflow, workflow_drop_own)(handle);
  return 0;
}

static int workflow_setup(lua_State *l) { // makes the metatable; called once, before the snapshot
  static const luaL_Reg methods[] = {{"__gc", workflow_close}, {NULL, NULL}};
  luaL_newmetatable(l, "workflow");
  luaL_setfuncs(l, methods, 0);
  return 0;
}

const luaL_Reg workflow_functions[] = {
    {"create", workflow_create}, {"close", workflow_close}, {"setup", workflow_setup}, {NULL, NULL}};

// Workflows as userdata.
#include "guest.h"

typedef OF(workflow, own_workflow_t) own_workflow;
typedef OF(workflow, borrow_agent_t) lent_agent;

OF(workflow, borrow_workflow_t) borrow_workflow(lua_State *l, int index) {
  return OF(workflow, borrow_workflow)((own_workflow){check_handle(l, index, "workflow")});
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
  int32_t *workflow = push_handle(l, "workflow", 0);
  OF(workflow, list_borrow_agent_t) agents = lend_agents(l, 2);
  json_text json;
  spell_string_t definition = encode(l, 1, &json);
  own_workflow made;
  failure_t failure;
  bool good = OF(workflow, create)(&definition, &agents, &made, &failure) ||
              (make_room(l, &failure) && OF(workflow, create)(&definition, &agents, &made, &failure));
  if (!good) {
    lua_pushnil(l);
    push_failure(l, &failure);
    return 2;
  }
  *workflow = made.__handle;
  lua_settop(l, 3);
  return 1;
}

static int workflow_close(lua_State *l) {
  own_workflow workflow = {take_handle(l, "workflow")};
  if (workflow.__handle) OF(workflow, workflow_drop_own)(workflow);
  return 0;
}

static int workflow_setup(lua_State *l) { return setup_handles(l, "workflow", workflow_close); }

const luaL_Reg workflow_functions[] = {
    {"create", workflow_create}, {"close", workflow_close}, {"setup", workflow_setup}, {NULL, NULL}};

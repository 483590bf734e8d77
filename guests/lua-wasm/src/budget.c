// What is left of the run's budgets.
#include "guest.h"

static int budget_remaining(lua_State *l) { // -> table
  spell_string_t value;
  OF(budget, remaining)(within(), &value);
  decode(l, (char *)value.ptr, value.len);
  spell_string_free(&value);
  return 1;
}

const luaL_Reg budget_functions[] = {{"remaining", budget_remaining}, {NULL, NULL}};

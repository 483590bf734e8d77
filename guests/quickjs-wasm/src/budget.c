// What is left of the run's budgets.
#include "guest.h"

static JSValue budget_remaining(context *c, JSValueConst this, int count, JSValueConst *arguments) { // -> object
  spell_string_t value;
  OF(budget, remaining)(within(), &value);
  return from_json(c, &value);
}

const JSCFunctionListEntry budget_functions[] = {JS_CFUNC_DEF("remaining", 0, budget_remaining)};
GIVE(budget);

// A reply equals its text, and is the same key: `reply == "yes"` is what everybody writes. Lua has no metamethod for
// either.
#define LUA_CORE
#include "lprefix.h"

#include "lstate.h"
#include "lstring.h"
#include "ltable.h"
#include "lvm.h"

#include "guest.h"
#include "reply.h"

static const void *metatable;
static TString *name;

void open_reply(lua_State *l) {
  luaL_getmetatable(l, "reply"); // which the registry keeps
  metatable = lua_topointer(l, -1);
  lua_pushliteral(l, "text"); // which the metatable's functions keep
  name = tsvalue(s2v(l->top.p - 1));
  lua_pop(l, 2);
}

const TValue *reply_text(const TValue *value) {
  if (!ttistable(value) || !hvalue(value)->metatable || hvalue(value)->metatable != metatable) return NULL;
  const TValue *text = luaH_getshortstr(hvalue(value), name);
  return ttisstring(text) ? text : NULL; // a spell may have written anything into it
}

int equals_reply(const TValue *left, const TValue *right) {
  const TValue *text = ttisstring(right) ? reply_text(left) : NULL;
  if (text) return luaV_rawequalobj(text, right);
  text = ttisstring(left) ? reply_text(right) : NULL;
  return text && luaV_rawequalobj(text, left);
}

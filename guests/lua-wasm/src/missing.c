// What does the work of a name that is not there, for Lua's own messages (xtask/src/lua_rules.rs).
#include <stdio.h>

#include "guest.h"
#include "lgc.h"
#include "lobject.h"
#include "lstate.h"
#include "ltable.h"

static const Table *globals_of(lua_State *l) {
  const TValue *found = luaH_getint(hvalue(&G(l)->l_registry), LUA_RIDX_GLOBALS);
  return ttistable(found) ? hvalue(found) : NULL;
}

static const TValue *find_name(const Table *table, const char *name) {
  for (unsigned i = 0; i < sizenode(table); i++) {
    const Node *node = gnode(table, i);
    if (keyisshrstr(node) && !isempty(gval(node)) && !strcmp(getstr(keystrval(node)), name)) return gval(node);
  }
  return NULL;
}

// The name in this table that another one is probably a misspelling of. Nothing of the spell runs, and nothing is made.
static const char *nearest_in(const Table *table, const char *name) {
  likeness like;
  look_for(&like, name);
  for (unsigned i = 0; i < sizenode(table); i++) {
    const Node *node = gnode(table, i);
    if (!keyisshrstr(node) || isempty(gval(node))) continue;
    const TString *key = keystrval(node);
    compare_name(&like, getstr(key), key->shrlen);
  }
  return tell_likeness(&like);
}

// `kind` and `name` as in "(global 'x')"; `owner` is the global whose field it is, or NULL. `text`: a method of a text.
const char *missing_way(lua_State *l, const char *owner, const char *kind, const char *name, int text) {
  char whole[80];
  const Table *globals = globals_of(l);
  if (!kind || !name || !globals) return NULL;
  if (!strcmp(kind, "global")) {
    const char *way = find_way(name);
    return way ? way : nearest_in(globals, name);
  }
  if (!strcmp(kind, "method") && text) owner = "string", kind = ":";
  else if (!strcmp(kind, "field") && owner) kind = ".";
  else return NULL;
  int length = snprintf(whole, sizeof whole, "%s%s%s", owner, kind, name);
  const char *way = length < (int)sizeof whole ? find_way(whole) : NULL;
  if (way) return way;
  const TValue *table = find_name(globals, owner);
  return table && ttistable(table) ? nearest_in(hvalue(table), name) : NULL;
}

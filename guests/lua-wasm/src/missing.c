// What does the work of a name that is not there, for Lua's own messages (xtask/src/lua_rules.rs).
#include <stdio.h>

#include "guest.h"

// `kind` and `name` as in "(global 'x')"; `owner` is the global whose field it is, or NULL. `text`: a method of a text.
const char *missing_way(const char *owner, const char *kind, const char *name, int text) {
  char whole[80];
  if (!kind || !name) return NULL;
  if (!strcmp(kind, "global")) return find_way(name);
  if (!strcmp(kind, "method") && text) owner = "string", kind = ":";
  else if (!strcmp(kind, "field") && owner) kind = ".";
  else return NULL;
  int length = snprintf(whole, sizeof whole, "%s%s%s", owner, kind, name);
  return length < (int)sizeof whole ? find_way(whole) : NULL;
}

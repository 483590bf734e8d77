// The prelude's code, outside the collected heap. A collection writes to all that it reaches, so that each run gets copies of
// these pages for itself; but code never changes, and refers to nothing but texts. So it is treated as Lua treats its own
// names: grey for good, and in no list that is swept.
#include "frozen.h"

#include <stdlib.h>

#include "guest.h"
#include "lgc.h"
#include "lstate.h"
#include "named.h"

enum { MOST_CODES = 192 };

static struct {
  Proto *code;
  bool whole;
} codes[MOST_CODES];
static int count;

// Until `freeze`, the functions are what keeps their code.
void note_code(lua_State *l, bool whole) {
  if (count == MOST_CODES) abort();
  codes[count++] = (typeof(*codes)){clLvalue(s2v(l->top.p - 1))->p, whole};
  luaL_getsubtable(l, LUA_REGISTRYINDEX, "code");
  lua_pushvalue(l, -2);
  lua_rawseti(l, -2, count);
  lua_pop(l, 1);
}

static void keep(GCObject *object) {
  resetbits(object->marked, bitmask(BLACKBIT) | WHITEBITS);
  setage(object, G_OLD);
}

void keep_text(TString *text) {
  if (text) keep(obj2gco(text));
}

static void keep_code(Proto *code, bool whole) {
  for (int i = 0; i < code->sizep; i++) keep_code(code->p[i], true);
  // The names in a script's own code are keys of what it made.
  if (whole) keep(obj2gco(code));
  keep_text(code->source);
  for (int i = 0; i < code->sizek; i++)
    if (ttisstring(&code->k[i])) keep_text(tsvalue(&code->k[i]));
  for (int i = 0; i < code->sizeupvalues; i++) keep_text(code->upvalues[i].name);
  for (int i = 0; i < code->sizelocvars; i++) keep_text(code->locvars[i].varname);
}

// After a collection all objects are white, but for those that are kept.
void freeze(lua_State *l) {
  global_State *g = G(l);
  lua_gc(l, LUA_GCCOLLECT);
  for (int i = 0; i < count; i++) keep_code(codes[i].code, codes[i].whole);
  keep_names();
  for (GCObject **at = &g->allgc; *at;) {
    GCObject *object = *at;
    if (iswhite(object)) {
      at = &object->next;
      continue;
    }
    *at = object->next;
    object->next = g->fixedgc;
    g->fixedgc = object;
  }
  lua_pushnil(l);
  lua_setfield(l, LUA_REGISTRYINDEX, "code");
  lua_gc(l, LUA_GCCOLLECT);
}

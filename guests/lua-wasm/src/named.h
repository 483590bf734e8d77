// Names that load a script of the prelude when they are first read. Included by Lua's own files (xtask/src/lua_rules.rs).
#pragma once

#include "lobject.h"

// A bit of a table's flags that Lua has no use for: names of its members are open.
#define NAMES_OPEN 0x40

#define has_open_names(table) l_unlikely((table)->flags & NAMES_OPEN)

// What to call, as an __index, for a member that is not there yet. NULL: there is no such name.
const TValue *loader_of(const Table *table, const TValue *key);
// Loads it, and leaves the stack as it was. NULL: all of the table's, in their order.
void load_names(lua_State *l, const Table *table, const TValue *key);
// Before a spell sets a member itself: true if it was an open name, which it is no more.
int take_name(const Table *table, const TValue *key);

// named.c, for the start: compiles the scripts, and opens their names; they will get the tables at these places of the stack.
void compile_named(lua_State *l);
void open_names(lua_State *l, int raw, int guest);
void keep_names(void); // for freeze

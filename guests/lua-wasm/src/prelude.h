// What xtask finds and writes into prelude.c. Each list ends with an empty entry.
#pragma once

#include "lauxlib.h"

// The functions of an interface, for the prelude alone.
typedef struct {
  const char *name;
  const luaL_Reg *functions;
} raw_interface;

extern const raw_interface raw_interfaces[];

typedef struct {
  const char *text;
  size_t length;
} prelude_script;

extern const prelude_script prelude[]; // in the order in which they are loaded

// Scripts that are compiled before the snapshot, and run when one of their names is first read.
extern const prelude_script named_scripts[];

// `of` is the global table whose member it is, "" for the globals, or "guest".
typedef struct {
  const char *of, *name;
  int script;
} prelude_name;

extern const prelude_name prelude_names[];

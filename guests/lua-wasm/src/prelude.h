#pragma once

#include "lauxlib.h"

typedef struct {
  const char *text;
  size_t length;
  const luaL_Reg *functions; // given to the script, and to nobody else
} prelude_script;

extern const prelude_script prelude[]; // ends with an empty one

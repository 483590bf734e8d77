#pragma once

#include "quickjs.h"

typedef struct {
  const char *text;
  size_t length;
  const JSCFunctionListEntry *functions; // given to the script, and to nobody else
  const int *count;
} prelude_script;

extern const prelude_script prelude[]; // ends with an empty one

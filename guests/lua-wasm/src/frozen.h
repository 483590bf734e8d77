// What the collector never looks at again.
#pragma once

#include <stdbool.h>

#include "lobject.h"

// Notes the function on top: its code, or only that of the functions within it, is kept for good by `freeze`.
void note_code(lua_State *l, bool whole);
void keep_text(TString *text); // from within freeze
void freeze(lua_State *l);     // collects, and takes what was noted out of the heap

// Replies within the interpreter. What the rules in xtask/src/lua_rules.rs call.
#pragma once

#include "lobject.h"

// The text of a reply; NULL for any other value. Good as long as the reply is not written to.
const TValue *reply_text(const TValue *value);
// Whether one of the two is a reply, and the other its text.
int equals_reply(const TValue *left, const TValue *right);

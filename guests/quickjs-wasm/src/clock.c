// Time. Date reads the clock by way of libc, in wasi.c.
#include "guest.h"

static JSValue clock_elapsed(context *c, JSValueConst this, int count, JSValueConst *arguments) { // milliseconds
  return JS_NewFloat64(c, (double)OF(clock, elapsed)() / 1e6);
}

static JSValue clock_now(context *c, JSValueConst this, int count, JSValueConst *arguments) { // milliseconds since 1970
  return JS_NewFloat64(c, (double)OF(clock, now)() / 1e6);
}

const JSCFunctionListEntry clock_functions[] = {JS_CFUNC_DEF("elapsed", 0, clock_elapsed), JS_CFUNC_DEF("now", 0, clock_now)};
GIVE(clock);

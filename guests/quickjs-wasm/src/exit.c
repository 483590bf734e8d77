// Ending the run early.
#include "guest.h"

static JSValue exit_exit(context *c, JSValueConst this, int count, JSValueConst *arguments) { // 0 to 255
  int32_t code;
  if (JS_ToInt32(c, &code, arguments[0])) return JS_EXCEPTION;
  OF(exit, exit)((uint8_t)code);
  __builtin_trap(); // the host does not come back
}

const JSCFunctionListEntry exit_functions[] = {JS_CFUNC_DEF("exit", 1, exit_exit)};
GIVE(exit);

// Unhandled rejections: the first one ends the run.
#include "guest.h"

typedef struct {
  JSValue promise, reason, stack;
} rejection;

static rejection *rejections;
static size_t count;

static void on_rejection(context *c, JSValueConst promise, JSValueConst reason, bool handled, void *unused) {
  size_t place = 0;
  while (place < count && JS_VALUE_GET_PTR(rejections[place].promise) != JS_VALUE_GET_PTR(promise)) place++;
  if (!handled) {
    if (is_cancelled(TASK_OF(scope_now()))) return; // its waits were made to fail on purpose
    rejection *grown = js_realloc(c, rejections, (count + 1) * sizeof *grown);
    if (!grown) return; // the error is on its way
    rejections = grown;
    rejections[count++] = (rejection){JS_DupValue(c, promise), JS_DupValue(c, reason), take_throw_stack(c)};
  } else if (place < count) {
    JS_FreeValue(c, rejections[place].promise);
    JS_FreeValue(c, rejections[place].reason);
    JS_FreeValue(c, rejections[place].stack);
    memmove(&rejections[place], &rejections[place + 1], (--count - place) * sizeof *rejections);
  }
}

void watch_rejections(void) { JS_SetHostPromiseRejectionTracker(runtime, on_rejection, NULL); }

bool forgotten_rejection(context *c, JSValue *reason, JSValue *stack) {
  if (!count) return false;
  *reason = JS_DupValue(c, rejections[0].reason);
  *stack = JS_DupValue(c, rejections[0].stack);
  return true;
}

// Unhandled rejections: the first one ends the run.
#include <stdlib.h>

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

static bool forgotten;
static const void *thrower;

void set_thrower(JSValueConst promise) { thrower = JS_VALUE_GET_PTR(promise); }

bool forgotten_rejection(context *c, JSValue *reason, JSValue *stack) {
  if (!count) return false;
  forgotten = JS_VALUE_GET_PTR(rejections[0].promise) != thrower;
  *reason = JS_DupValue(c, rejections[0].reason);
  *stack = JS_DupValue(c, rejections[0].stack);
  return true;
}

void forget_rejections(context *c) {
  while (count) {
    rejection *last = &rejections[--count];
    JS_FreeValue(c, last->promise);
    JS_FreeValue(c, last->reason);
    JS_FreeValue(c, last->stack);
  }
  forgotten = false, thrower = NULL;
}

void tell_forgotten(spell_string_t *message) {
  static const char told[] = " (a rejection that nothing had handled when the spell had to wait: await or catch its promise at once)";
  if (!forgotten) return;
  uint8_t *longer = realloc(message->ptr, message->len + sizeof told - 1);
  if (!longer) return;
  memcpy(longer + message->len, told, sizeof told - 1);
  message->ptr = longer, message->len += sizeof told - 1;
}

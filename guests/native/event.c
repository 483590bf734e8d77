// Events of the double: to every subscription whose pattern is the type, or ends in `*`.
#include <stdlib.h>
#include <string.h>

#include "native.h"

enum { MOST = 256, QUEUE = 100 };
typedef struct {
  uint64_t id, handler;
  bool handled, waiting; // an event waits
  char *pattern, *event;
} subscription;
static subscription subscriptions[MOST];
static size_t count;
static uint64_t last_id;
static unsigned sent;

static bool matches(const char *pattern, const char *type) {
  size_t length = strlen(pattern);
  if (length && pattern[length - 1] == '*') return !strncmp(pattern, type, length - 1);
  return !strcmp(pattern, type);
}

bool OF(event, emit)(spell_string_t *event, uint64_t *within, OF(event, emitted_t) *ret, failure_t *err) {
  hear(event), hear_number(within);
  if (refuses(err)) return false;
  char *type = member(event, "type"), *text = copy_text(event);
  uint32_t reached = 0;
  for (size_t i = 0; type && i < count; i++) {
    subscription *to = &subscriptions[i];
    if (!matches(to->pattern, type)) continue;
    reached++;
    if (to->handled && sent++ < QUEUE) put_into_inbox(to->handler, text);
    else if (!to->handled) free(to->event), to->event = strdup(text);
  }
  free(type), free(text);
  ret->tag = choose(8) ? LLMSPELL_SPELL_EVENT_EMITTED_DONE : LLMSPELL_SPELL_EVENT_EMITTED_WAITING;
  if (ret->tag == LLMSPELL_SPELL_EVENT_EMITTED_DONE) ret->val.done = reached;
  else ret->val.waiting = operation_of(json_of("%u", reached));
  return true;
}

bool OF(event, subscribe)(spell_string_t *pattern, uint64_t *handler, spell_string_t *options, uint64_t *ret, failure_t *err) {
  hear(pattern), hear(options), hear_number(handler);
  if (handler) note_handler(*handler);
  if (refuses(err)) return false;
  if (count == MOST) return fail(err, "handles", "256 subscriptions are open");
  subscriptions[count++] = (subscription){++last_id, handler ? *handler : 0, handler, false, copy_text(pattern), NULL};
  *ret = last_id;
  return true;
}

static size_t place_of(uint64_t id) {
  size_t place = 0;
  while (place < count && subscriptions[place].id != id) place++;
  return place;
}

bool OF(event, unsubscribe)(uint64_t id) {
  size_t place = place_of(id);
  if (place == count) return false;
  free(subscriptions[place].pattern), free(subscriptions[place].event);
  subscriptions[place] = subscriptions[--count];
  return true;
}

own_operation OF(event, receive)(uint64_t id, uint64_t milliseconds, uint64_t *within) {
  hear_number(within);
  size_t place = place_of(id);
  if (place == count) return failed_operation("not-found", "no such subscription");
  char *event = subscriptions[place].event;
  subscriptions[place].event = NULL;
  own_operation made = event ? operation_of(json_of("%s", event)) : sleeping_operation(milliseconds, text_of("null"));
  free(event);
  return made;
}

bool OF(event, take)(uint64_t id, uint32_t most, spell_string_t *ret, failure_t *err) {
  if (refuses(err)) return false;
  size_t place = place_of(id);
  if (place == count) return fail(err, "not-found", "no such subscription");
  *ret = json_of(most && subscriptions[place].event ? "[%s]" : "[]", subscriptions[place].event);
  return true;
}

own_operation OF(event, inbox)(void) { return inbox_operation(); }
void OF(event, finish)(void) { finish_inbox(); }

void OF(event, subscriptions)(spell_string_t *ret) {
  *ret = json_of("[{\"id\":1,\"pattern\":\"a.*\",\"language\":\"lua\",\"handler\":true,\"queued\":0,\"dropped\":0,\"expired\":0}]");
}

void OF(event, stats)(spell_string_t *ret) {
  *ret = json_of("{\"emitted\":%u,\"delivered\":%u,\"dropped\":0,\"subscriptions\":%zu,\"recordings\":[]}", sent, sent, count);
}

bool OF(event, clear)(spell_string_t *pattern, uint64_t *ret, failure_t *err) {
  hear(pattern);
  *ret = chance();
  return !refuses(err);
}

bool OF(event, record)(spell_string_t *pattern, spell_string_t *options, uint64_t *ret, failure_t *err) {
  hear(pattern), hear(options);
  *ret = ++last_id;
  return !refuses(err);
}

own_operation OF(event, replay)(uint64_t recording, spell_string_t *options, uint64_t *within) {
  hear(options), hear_number(within);
  return operation_of(json_of("%u", (unsigned)recording % 3));
}

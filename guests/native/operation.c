// Operations of the double: pieces, calls of the spell's handlers, then a result.
#include <stdlib.h>
#include <string.h>

#include "native.h"

typedef OF(operation, borrow_operation_t) borrow_operation;
typedef OF(operation, step_t) step;
typedef OF(operation, result_json_failure_t) outcome;

typedef struct call {
  struct call *next;
  uint64_t handler;
  spell_string_t arguments;
} call;

typedef struct {
  bool open, over, cancelled, fails, inbox;
  unsigned chunks;
  uint64_t due, asked; // when it has a step; the call that is open
  call *calls;
  spell_string_t result; // of length 0: what the last answer was
  const char *code, *message;
} operation;

enum { MOST = 4096, ANSWERS = 200000 };
static operation operations[MOST];
static size_t count, steps;
static operation *inbox;
static bool finished;
static uint64_t now = 1, last_call, handlers[256];
static size_t handler_count;

uint64_t time_now(void) { return now; }

void note_handler(uint64_t handler) { handlers[handler_count++ % 256] = handler; }
uint64_t any_handler(void) {
  size_t known = handler_count < 256 ? handler_count : 256;
  return known && choose(8) ? handlers[choose((unsigned)known)] : choose(2) ? choose(20) : chance();
}

static own_operation make(operation made) {
  if (count == MOST) end_run("handles");
  made.open = true;
  if (made.due < now) made.due = now;
  operations[count++] = made;
  return (own_operation){(int32_t)count};
}

own_operation operation_of(spell_string_t result) { return make((operation){.result = result}); }
own_operation streamed_operation(unsigned chunks, spell_string_t result) {
  return make((operation){.chunks = chunks, .result = result});
}
own_operation failed_operation(const char *code, const char *message) {
  return make((operation){.fails = true, .code = code, .message = message});
}
own_operation sleeping_operation(uint64_t milliseconds, spell_string_t result) {
  return make((operation){.due = milliseconds > INT64_MAX ? INT64_MAX : now + milliseconds, .result = result});
}

static void add_call(operation *to, uint64_t handler, spell_string_t arguments) {
  call *made = give_memory(sizeof *made), **last = &to->calls;
  *made = (call){NULL, handler, arguments};
  while (*last) last = &(*last)->next;
  *last = made;
}

own_operation calling_operation(const uint64_t *called, size_t many, const spell_string_t *arguments, spell_string_t result) {
  own_operation made = make((operation){.result = result});
  for (size_t i = 0; i < many; i++) add_call(&operations[count - 1], called[i], bytes_of(arguments->ptr, arguments->len));
  return made;
}

own_operation inbox_operation(void) {
  own_operation made = make((operation){.inbox = true, .result = text_of("null")});
  inbox = &operations[count - 1];
  return made;
}
void put_into_inbox(uint64_t handler, const char *event) {
  if (inbox) add_call(inbox, handler, json_of("%s", event));
}
void finish_inbox(void) { finished = true; }

static operation *find(int32_t handle) {
  if (handle < 1 || (size_t)handle > count || !operations[handle - 1].open) broken("a handle of an operation that is not open");
  return &operations[handle - 1];
}

static bool blocks(const operation *one) {
  return one->inbox && !one->cancelled && !one->over && !one->calls && !finished;
}

static void set_failure(step *to, const char *code, const char *message) {
  to->tag = LLMSPELL_SPELL_OPERATION_STEP_DONE;
  to->val.done.is_err = true;
  fail(&to->val.done.val.err, code, message);
}

static void next_call(operation *from, step *to) {
  call *first = from->calls;
  from->calls = first->next;
  from->asked = ++last_call;
  to->tag = LLMSPELL_SPELL_OPERATION_STEP_CALL;
  to->val.call.id = last_call, to->val.call.handler = first->handler, to->val.call.arguments = first->arguments;
  free(first);
}

static void next(operation *from, step *to) {
  memset(to, 0x5a, sizeof *to); // nothing may be read that was not said
  if (++steps > ANSWERS) end_run("steps");
  if (now < from->due) now = from->due;
  if (from->cancelled) return set_failure(to, "cancelled", "it was cancelled");
  if (from->over) return set_failure(to, "closed", "the operation is over");
  bool surprise = hostile && !choose(3);
  if (surprise && choose(2)) {
    to->tag = LLMSPELL_SPELL_OPERATION_STEP_CALL;
    to->val.call.id = choose(2) ? ++last_call : chance(), to->val.call.handler = any_handler();
    to->val.call.arguments = json_of("{\"name\":\"native\",\"data\":[1,2]}");
    return;
  }
  if (from->calls) return next_call(from, to);
  if (from->chunks || (surprise && choose(2))) {
    if (from->chunks) from->chunks--;
    to->tag = surprise && choose(2) ? 3 + (uint8_t)choose(1) : LLMSPELL_SPELL_OPERATION_STEP_CHUNK;
    to->val.chunk = json_of("{\"text\":\"a piece \"}");
    return;
  }
  from->over = true;
  if (from->fails) return set_failure(to, from->code, from->message);
  failure_t failure;
  to->tag = LLMSPELL_SPELL_OPERATION_STEP_DONE;
  if ((to->val.done.is_err = refuses(&failure))) to->val.done.val.err = failure;
  else if (from->result.len) to->val.done.val.ok = bytes_of(from->result.ptr, from->result.len);
  else to->val.done.val.ok = json_of("null");
}

void OF(operation, method_operation_next)(borrow_operation self, step *ret) {
  operation *from = find(self.__handle);
  if (blocks(from)) end_run("waits");
  next(from, ret);
}

void OF(operation, wait_any)(OF(operation, list_borrow_operation_t) *list, OF(operation, tuple2_u32_step_t) *ret) {
  static size_t turn;
  operation *first = NULL;
  if (!list->len) broken("wait-any with an empty list");
  for (size_t i = 0; i < list->len; i++) {
    size_t place = (turn + i) % list->len;
    operation *one = find(list->ptr[place].__handle);
    if (blocks(one) || (first && first->due <= one->due)) continue;
    first = one, ret->f0 = (uint32_t)place;
  }
  turn++;
  if (!first) end_run("waits");
  next(first, &ret->f1);
}

void OF(operation, method_operation_answer)(borrow_operation self, uint64_t id, outcome *given) {
  operation *of = find(self.__handle);
  if (given->is_err) {
    hear(&given->val.err.code), hear(&given->val.err.message);
    if (given->val.err.details.is_some) hear(&given->val.err.details.val);
  } else {
    hear(&given->val.ok);
    if (of->asked == id && !of->inbox && !of->result.len) of->result = bytes_of(given->val.ok.ptr, given->val.ok.len);
  }
}

void OF(operation, method_operation_cancel)(borrow_operation self) { find(self.__handle)->cancelled = true; }

own_operation OF(operation, sleep)(uint64_t milliseconds) { return sleeping_operation(milliseconds, text_of("null")); }

// The bindings' own functions for handles end here.
void __wasm_import_llmspell_spell_operation_operation_drop(int32_t handle) {
  operation *dropped = find(handle);
  dropped->open = false;
  if (dropped == inbox) inbox = NULL;
  spell_string_free(&dropped->result);
  for (call *one = dropped->calls, *after; one; one = after) {
    after = one->next;
    spell_string_free(&one->arguments);
    free(one);
  }
}

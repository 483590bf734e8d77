// jq's interpreter behind four functions: the host writes a program and its input, and reads what comes of them.
//
// One instance does one query and is thrown away, so nothing is freed.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jq.h"
#include "jv.h"

#include "answer.h"

#define EXPORT(name) __attribute__((export_name(name)))

static struct {
  char *bytes;
  size_t length, room;
} answer;

// What the compiler says first; the rest follows from it.
static char problem[400];

uint64_t now;

static void put(const char *bytes, size_t length) {
  if (answer.room - answer.length < length) {
    answer.room = (answer.length + length) * 2;
    answer.bytes = realloc(answer.bytes, answer.room);
    if (!answer.bytes) __builtin_trap();
  }
  memcpy(answer.bytes + answer.length, bytes, length);
  answer.length += length;
}

static void put_text(jv text) {
  put(jv_string_value(text), jv_string_length_bytes(jv_copy(text)));
  jv_free(text);
}

// Its own functions are read while the module is built: doing so takes a hundred times what a query does.
int builtins_prepare(jq_state *);

static jq_state *jq;

EXPORT("wizer-initialize") void prepare(void) {
  jq = jq_init();
  if (!jq || builtins_prepare(jq)) __builtin_trap();
}

static int say(enum answer_kind kind, const char *text) {
  answer.length = 0;
  put(text, strlen(text));
  return kind;
}

// A value that is no text, as JSON.
static int say_value(enum answer_kind kind, jv value) {
  answer.length = 0;
  put_text(jv_get_kind(value) == JV_KIND_STRING ? value : jv_dump_string(value, 0));
  return kind;
}

static void on_problem(void *unused, jv message) {
  (void)unused;
  if (!problem[0] && jv_get_kind(message) == JV_KIND_STRING)
    strncpy(problem, jv_string_value(message), sizeof problem - 1);
  jv_free(message);
}

// The results for one value, a line of JSON each.
static int run(jv value, size_t most) {
  jq_start(jq, value, 0);
  jv one;
  while (jv_is_valid(one = jq_next(jq))) {
    put_text(jv_dump_string(one, 0));
    put("\n", 1);
    if (answer.length > most) return say(TOO_MUCH, "");
  }
  if (jq_halted(jq)) {
    jv_free(one);
    jv said = jq_get_error_message(jq); // of halt_error
    if (jv_is_valid(said)) return say_value(FAILED, said);
    jv_free(said);
    return DONE;
  }
  return jv_invalid_has_msg(jv_copy(one)) ? say_value(FAILED, jv_invalid_get_msg(one)) : DONE;
}

EXPORT("allocate") void *allocate(uint32_t length) { return malloc(length); }

EXPORT("answer") char *answer_bytes(void) { return answer.bytes; }

EXPORT("answer-length") uint32_t answer_length(void) { return answer.length; }

// `program` ends with a zero. `input` is one or more JSON texts, each of which it is run for. Gives an answer_kind.
EXPORT("query") int query(const char *program, const char *input, uint32_t length, uint32_t most, uint64_t time) {
  now = time;
  jq_set_error_cb(jq, on_problem, 0);
  if (!jq_compile(jq, program)) return say(UNUSABLE, problem);
  struct jv_parser *parser = jv_parser_new(0);
  jv_parser_set_buf(parser, input, length, 0);
  jv value;
  while (jv_is_valid(value = jv_parser_next(parser))) {
    int kind = run(value, most);
    if (kind != DONE || jq_halted(jq)) return kind;
  }
  return jv_invalid_has_msg(jv_copy(value)) ? say_value(NO_JSON, jv_invalid_get_msg(value)) : DONE;
}

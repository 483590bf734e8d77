// The double's small services.
#include <stdlib.h>
#include <string.h>

#include "native.h"

enum { MOST_OUTPUT = 16 << 20 };
static size_t written;

static void count_output(const uint8_t *bytes, size_t length) {
  static volatile uint8_t heard;
  for (size_t i = 0; i < length; i++) heard = bytes[i];
  if ((written += length) > MOST_OUTPUT) end_run("output");
}

void OF(output, write)(spell_list_u8_t *bytes) { count_output(bytes->ptr, bytes->len); }

void OF(log, write)(OF(log, level_t) level, spell_string_t *message, spell_string_t *fields) {
  if (level > LLMSPELL_SPELL_LOG_LEVEL_ERROR) broken("a level that is none");
  hear(message), hear(fields);
  count_output(message->ptr, message->len);
}

bool OF(environment, get)(spell_string_t *name, spell_string_t *ret) {
  hear(name);
  if (!name->len || choose(2)) return false;
  *ret = json_of("value");
  return true;
}

void OF(environment, names)(spell_list_string_t *ret) {
  ret->len = choose(3);
  ret->ptr = ret->len ? give_memory(ret->len * sizeof *ret->ptr) : (void *)8;
  for (size_t i = 0; i < ret->len; i++) ret->ptr[i] = json_of("NAME_%zu", i);
}

bool OF(module, load)(spell_string_t *path, OF(module, source_t) *ret, failure_t *err) {
  hear(path);
  if (refuses(err)) return false;
  if (!choose(3)) return fail(err, "not-found", "no such file");
  bool script = path->len > 3 && !memcmp(path->ptr + path->len - 3, ".js", 3);
  ret->name = bytes_of(path->ptr, path->len);
  ret->text = !script ? json_of("local M = {} function M.f(x) return x end return M") :
              choose(2) ? json_of("export function f(x) { return x }\nexport default 7;") : json_of("exports.f = (x) => x;");
  return true;
}

uint64_t OF(clock, now)(void) { return hostile ? chance() : 1700000000000000 + time_now() * 1000; }
uint64_t OF(clock, elapsed)(void) { return hostile ? chance() : time_now() * 1000000; }
uint64_t OF(random, number)(void) { return chance(); }

void OF(random, bytes)(uint32_t length, spell_list_u8_t *ret) {
  if (length > 65536) broken("too many random bytes");
  if (hostile && !choose(3)) length = choose(2 * length + 2);
  uint8_t bytes[131074];
  for (uint32_t i = 0; i < length; i++) bytes[i] = (uint8_t)chance();
  spell_string_t made = bytes_of(bytes, length);
  *ret = (spell_list_u8_t){made.ptr, made.len};
}

bool OF(config, get)(spell_string_t *path, spell_string_t *ret) {
  hear(path);
  if (!choose(3)) return false;
  *ret = json_of("{\"default_provider\":\"native\",\"tenant\":\"a\",\"limits\":{\"max-tool-calls\":10}}");
  return true;
}

void OF(budget, remaining)(uint64_t *within, spell_string_t *ret) {
  hear_number(within);
  *ret = json_of("{\"fuel\":1000,\"memory_bytes\":1000,\"tokens\":100,\"cost\":\"1.5\",\"budgets\":[{\"budget\":\"tokens\","
                 "\"whose\":\"run\",\"allowed\":200,\"left\":100}]}");
}

void OF(exit, exit)(uint8_t code) {
  (void)code;
  end_run("exit");
}

// The bounds of a value that crosses. The usual ones hold until a value exceeds one: then the host is asked for those that
// the operator has set.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

struct bounds most = {.text = 1 << 20, .parts = 100000, .depth = 64};

// `otherwise` where the host has none, or one that no host has.
static size_t ask(const char *name, size_t otherwise, size_t limit) {
  spell_string_t path = {(uint8_t *)name, strlen(name)}, json;
  if (!OF(config, get)(&path, &json)) return otherwise;
  size_t number = 0, i = 0;
  for (; i < json.len && json.ptr[i] >= '0' && json.ptr[i] <= '9' && number <= limit; i++) number = number * 10 + json.ptr[i] - '0';
  bool good = i == json.len && number > 0 && number <= limit;
  spell_string_free(&json);
  return good ? number : otherwise;
}

void ask_bounds(void) {
  static bool asked;
  if (asked) return;
  asked = true;
  most.text = ask("limits.max-value", most.text, 1 << 30);
  most.parts = ask("limits.max-value-nodes", most.parts, 100000000);
  most.depth = ask("limits.max-value-depth", most.depth, MOST_DEPTH);
}

static char message[120];

const char *too_long(void) {
  const char *unit = most.text % (1 << 20) ? most.text % 1024 ? "bytes" : "KiB" : "MiB";
  size_t size = most.text % (1 << 20) ? most.text % 1024 ? most.text : most.text >> 10 : most.text >> 20;
  snprintf(message, sizeof message, "a value takes more than %zu %s as JSON (--max-value)", size, unit);
  return message;
}

const char *too_many_parts(void) {
  snprintf(message, sizeof message, "a value has more than %d parts: too many (--max-value-nodes)", most.parts);
  return message;
}

const char *too_deep(const char *what) {
  snprintf(message, sizeof message, "%s nested more than %d deep (--max-value-depth)", what, most.depth);
  return message;
}

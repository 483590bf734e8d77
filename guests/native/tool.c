// Tools of the double: those that the spell defines, and any other name, which echoes.
#include <stdlib.h>
#include <string.h>

#include "native.h"

enum { MOST = 256 };
static struct {
  char *name;
  uint64_t handler;
} tools[MOST];
static size_t count;

static size_t place_of(const spell_string_t *name) {
  size_t place = 0;
  while (place < count && (strlen(tools[place].name) != name->len || memcmp(tools[place].name, name->ptr, name->len))) place++;
  return place;
}

bool OF(tool, define)(spell_string_t *definition, uint64_t handler, failure_t *err) {
  hear(definition);
  note_handler(handler);
  if (refuses(err)) return false;
  char *name = member(definition, "name");
  if (!name) return fail(err, "invalid", "a tool needs a name");
  if (count == MOST) return free(name), fail(err, "handles", "there are 256 tools");
  tools[count].name = name, tools[count++].handler = handler;
  return true;
}

bool OF(tool, check)(spell_string_t *definition, failure_t *err) {
  hear(definition);
  return !refuses(err);
}

bool OF(tool, remove)(spell_string_t *name, spell_option_u64_t *ret, failure_t *err) {
  hear(name);
  if (refuses(err)) return false;
  size_t place = place_of(name);
  ret->is_some = place < count;
  if (!ret->is_some) return true;
  ret->val = hostile && !choose(3) ? any_handler() : tools[place].handler;
  free(tools[place].name);
  tools[place] = tools[--count];
  return true;
}

#define TOOL "{\"name\":\"echo\",\"description\":\"Gives back what it gets.\",\"parameters\":{\"type\":\"object\",\"properties\":{" \
             "\"text\":{\"type\":\"string\"}}},\"category\":\"text\",\"tags\":[\"a\"],\"positional\":[\"text\"],\"source\":\"host\"}"

void OF(tool, list)(spell_string_t *ret) { *ret = json_of("[" TOOL "]"); }

bool OF(tool, describe)(spell_string_t *name, spell_string_t *ret, failure_t *err) {
  hear(name);
  if (refuses(err)) return false;
  *ret = json_of(TOOL);
  return true;
}

bool OF(tool, validate)(spell_string_t *name, spell_string_t *arguments, failure_t *err) {
  hear(name), hear(arguments);
  return !refuses(err);
}

own_operation OF(tool, invoke)(spell_string_t *name, spell_string_t *arguments, uint64_t *within) {
  hear(name), hear(arguments), hear_number(within);
  size_t place = place_of(name);
  if (place < count) return calling_operation(&tools[place].handler, 1, arguments, (spell_string_t){});
  if (!choose(4)) return failed_operation("not-found", "no such tool");
  return operation_of(bytes_of(arguments->ptr, arguments->len));
}

own_operation OF(tool, discover)(spell_string_t *filter, uint64_t *within) {
  hear(filter), hear_number(within);
  return operation_of(json_of("[" TOOL "]"));
}

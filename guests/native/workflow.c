// Workflows of the double: an execution calls the functions of the definition, one after the other.
#include <stdlib.h>
#include <string.h>

#include "native.h"

typedef OF(workflow, own_workflow_t) own_workflow;
typedef OF(workflow, borrow_workflow_t) borrow_workflow;

enum { MOST = 64, FUNCTIONS = 16 };
static struct {
  bool open;
  uint64_t functions[FUNCTIONS];
  size_t count;
} workflows[MOST];

static void check(borrow_workflow self) {
  if (self.__handle < 1 || self.__handle > MOST || !workflows[self.__handle - 1].open) broken("a handle of a workflow that is not open");
}

// The numbers of its handlers, which stand behind the word.
static void note_functions(size_t place, const spell_string_t *definition) {
  static const char word[] = "\"function\":";
  const char *at = (const char *)definition->ptr, *end = at + definition->len;
  workflows[place].count = 0;
  for (; at + sizeof word < end && workflows[place].count < FUNCTIONS; at++) {
    if (memcmp(at, word, sizeof word - 1)) continue;
    uint64_t number = 0;
    for (const char *digit = at + sizeof word - 1; digit < end && *digit >= '0' && *digit <= '9'; digit++) number = number * 10 + (uint64_t)(*digit - '0');
    if (number) workflows[place].functions[workflows[place].count++] = number, note_handler(number);
  }
}

bool OF(workflow, create)(spell_string_t *definition, OF(workflow, list_borrow_agent_t) *agents, own_workflow *ret, failure_t *err) {
  hear(definition);
  for (size_t i = 0; i < agents->len; i++)
    if (agents->ptr[i].__handle < 1) broken("an agent that was dropped");
  if (refuses(err)) return false;
  size_t place = 0;
  while (place < MOST && workflows[place].open) place++;
  if (place == MOST) return fail(err, "handles", "there are 64 workflows");
  workflows[place].open = true;
  note_functions(place, definition);
  ret->__handle = (int32_t)place + 1;
  return true;
}

#define STEP "{\"status\":\"completed\",\"output\":\"a\",\"duration_ms\":1,\"attempts\":1}"

own_operation OF(workflow, method_workflow_execute)(borrow_workflow self, spell_string_t *input, spell_string_t *options, uint64_t *within) {
  check(self), hear(input), hear(options), hear_number(within);
  spell_string_t context = json_of("{\"execution\":\"e\",\"workflow\":\"w\",\"step\":\"step1\",\"input\":\"i\",\"previous\":[1]}");
  spell_string_t result = json_of("{\"success\":true,\"status\":\"completed\",\"text\":\"a\",\"output\":\"a\",\"outputs\":{\"step1\":\"a\"},\"steps\":"
                                  "{\"step1\":" STEP "},\"data\":{\"steps_executed\":1},\"usage\":{},\"duration_ms\":2}");
  size_t place = (size_t)self.__handle - 1;
  own_operation made = calling_operation(workflows[place].functions, workflows[place].count, &context, result);
  spell_string_free(&context);
  return made;
}

bool OF(workflow, method_workflow_look)(borrow_workflow self, spell_string_t *path, spell_string_t *ret) {
  check(self), hear(path);
  if (!choose(3)) return false;
  *ret = json_of("{\"step1\":" STEP "}");
  return true;
}

bool OF(workflow, method_workflow_diagram)(borrow_workflow self, spell_string_t *format, spell_string_t *ret, failure_t *err) {
  check(self), hear(format);
  if (refuses(err)) return false;
  *ret = json_of("flowchart TD");
  return true;
}

bool OF(workflow, method_workflow_set_state)(borrow_workflow self, spell_string_t *key, spell_string_t *value, failure_t *err) {
  check(self), hear(key), hear(value);
  return !refuses(err);
}

bool OF(workflow, method_workflow_pause)(borrow_workflow self, bool *ret, failure_t *err) {
  check(self);
  if (refuses(err)) return false;
  *ret = choose(2);
  return true;
}

bool OF(workflow, method_workflow_cancel)(borrow_workflow self) {
  check(self);
  return choose(2);
}

void OF(workflow, validate)(spell_string_t *definition, spell_string_t *ret) {
  hear(definition);
  *ret = json_of("{\"valid\":true,\"errors\":[],\"warnings\":[],\"order\":[\"step1\"]}");
}

// The bindings' own function for handles ends here.
void __wasm_import_llmspell_spell_workflow_workflow_drop(int32_t handle) {
  check((borrow_workflow){handle});
  workflows[handle - 1].open = false;
}

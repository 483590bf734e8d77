// Models of the double: each says the same.
#include <stdlib.h>

#include "native.h"

typedef OF(agent, own_agent_t) own_agent;
typedef OF(agent, borrow_agent_t) borrow_agent;

enum { MOST = 64 };
static bool open[MOST];

static spell_string_t reply(void) {
  return json_of("{\"text\":\"What the double says.\",\"model\":\"native/double\",\"provider\":\"native\",\"finish_reason\":\"stop\","
                 "\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7},\"tool_calls\":[],\"duration_ms\":1,"
                 "\"value\":{\"a\":[1,2.5,null]},\"cost\":\"0.01\"}");
}

own_operation OF(agent, complete)(spell_string_t *request, uint64_t *within) {
  hear(request), hear_number(within);
  return streamed_operation(choose(3), reply());
}

own_operation OF(agent, embed)(spell_string_t *request, uint64_t *within) {
  hear(request), hear_number(within);
  return operation_of(json_of("{\"embeddings\":[[0.25,-1.5]],\"model\":\"double\",\"provider\":\"native\",\"duration_ms\":1}"));
}

own_operation OF(agent, rerank)(spell_string_t *request, uint64_t *within) {
  hear(request), hear_number(within);
  return operation_of(json_of("{\"results\":[{\"index\":0,\"score\":0.5,\"document\":\"a\"}],\"model\":\"double\"}"));
}

void OF(agent, providers)(spell_string_t *ret) {
  *ret = json_of("[{\"name\":\"native\",\"kind\":\"mock\",\"available\":true,\"default\":true,\"default_model\":\"double\","
                 "\"capabilities\":{\"streaming\":true,\"tools\":true},\"models\":[{\"id\":\"double\",\"context_tokens\":1000}]}]");
}

static void check(borrow_agent self) {
  if (self.__handle < 1 || self.__handle > MOST || !open[self.__handle - 1]) broken("a handle of an agent that is not open");
}

own_operation OF(agent, method_agent_run)(borrow_agent self, spell_string_t *prompt, spell_string_t *options, uint64_t *within) {
  check(self), hear(prompt), hear(options), hear_number(within);
  return streamed_operation(choose(3), reply());
}

void OF(agent, method_agent_describe)(borrow_agent self, spell_string_t *ret) {
  check(self);
  *ret = json_of("{\"id\":\"agent-%d\",\"name\":\"double\",\"model\":\"native/double\",\"system\":\"Be brief.\"}", self.__handle);
}

void OF(agent, method_agent_status)(borrow_agent self, spell_string_t *ret) {
  check(self);
  *ret = json_of("{\"state\":\"ready\",\"running\":0,\"runs\":1,\"completed\":1,\"failed\":0,\"turns\":1,\"tool_calls\":0,"
                 "\"usage\":{\"total_tokens\":7},\"duration_ms\":1,\"history\":{\"turns\":1,\"messages\":2,\"tokens\":9},"
                 "\"states\":[{\"state\":\"ready\",\"elapsed_ms\":0}]}");
}

bool OF(agent, method_agent_set_state)(borrow_agent self, spell_string_t *state, spell_string_t *message, failure_t *err) {
  check(self), hear(state), hear(message);
  return !refuses(err);
}

void OF(agent, method_agent_history)(borrow_agent self, spell_string_t *ret) {
  check(self);
  *ret = json_of("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]");
}

bool OF(agent, method_agent_set_history)(borrow_agent self, spell_string_t *messages, failure_t *err) {
  check(self), hear(messages);
  return !refuses(err);
}

own_operation OF(agent, method_agent_shutdown)(borrow_agent self, uint64_t *within) {
  check(self), hear_number(within);
  return operation_of(json_of("null"));
}

bool OF(agent, create)(spell_string_t *definition, uint64_t *within, OF(agent, tuple2_own_agent_option_own_operation_t) *ret,
                       failure_t *err) {
  hear(definition), hear_number(within);
  if (refuses(err)) return false;
  int place = 0;
  while (place < MOST && open[place]) place++;
  if (place == MOST) return fail(err, "handles", "there are 64 agents");
  open[place] = true;
  ret->f0.__handle = place + 1;
  if ((ret->f1.is_some = !choose(4))) ret->f1.val = operation_of(json_of("null"));
  return true;
}

// The bindings' own functions for handles end here.
void __wasm_import_llmspell_spell_agent_agent_drop(int32_t handle) {
  check((borrow_agent){handle});
  open[handle - 1] = false;
}

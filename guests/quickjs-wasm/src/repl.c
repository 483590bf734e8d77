// A prompt: one text after the other, in one instance. What a text declares at its top level stays, and may be declared again.
#include <stdlib.h>

#include "guest.h"

typedef exports_llmspell_spell_guest_script_error_t script_error;
typedef exports_llmspell_spell_repl_evaluated_t evaluated;

static JSValue begin_again = JS_UNDEFINED, show = JS_UNDEFINED; // the prelude's
static bool has_begun;

static JSValue repl_setup(context *c, JSValueConst this, int count, JSValueConst *arguments) { // once, before the snapshot
  begin_again = JS_DupValue(c, arguments[0]), show = JS_DupValue(c, arguments[1]);
  return JS_UNDEFINED;
}

const JSCFunctionListEntry repl_functions[] = {JS_CFUNC_DEF("setup", 2, repl_setup), {}};

// What a text came to.
typedef struct {
  bool ok, running, incomplete;
  JSValue value, stack; // the value, or the error and where it was thrown
} outcome;

static void catch_error(context *c, outcome *outcome) {
  outcome->ok = false;
  outcome->value = JS_GetException(c);
  outcome->stack = take_throw_stack(c);
}

static JSValue compile(context *c, const exports_llmspell_spell_guest_source_t *source, bool *incomplete) {
  char *name = with_end(source->name.ptr, source->name.len), *text = with_end(source->text.ptr, source->text.len);
  JSValue compiled = compile_entry(c, name, text, source->text.len, incomplete);
  free(name);
  free(text);
  return compiled;
}

static void run(context *c, exports_llmspell_spell_repl_request_t *entry, outcome *outcome) {
  outcome->running = true;
  if (!has_begun && !begin(c, entry)) return catch_error(c, outcome);
  has_begun = true;
  keep_listeners();
  JS_FreeValue(c, take_throw_stack(c));
  JS_FreeValue(c, JS_Call(c, begin_again, JS_UNDEFINED, 0, NULL));
  outcome->running = false;
  JSValue compiled = compile(c, &entry->source, &outcome->incomplete);
  if (JS_IsException(compiled)) return catch_error(c, outcome);
  outcome->running = true;
  JSValue promise = run_main(c, compiled);
  if (JS_IsException(promise)) return catch_error(c, outcome);
  outcome->ok = finish(c, promise, false, &outcome->value, &outcome->stack);
  JS_FreeValue(c, promise);
}

static void give(context *c, outcome *outcome, evaluated *ret) {
  JSValue shown = JS_Call(c, show, JS_UNDEFINED, 1, (JSValueConst[]){outcome->value});
  if (JS_IsException(shown)) return catch_error(c, outcome);
  if (JS_IsUndefined(shown)) return;
  size_t length;
  const char *text = JS_ToCStringLen(c, &length, shown);
  if (!text) return catch_error(c, outcome);
  ret->tag = EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_VALUE;
  spell_string_dup_n(&ret->val.value, text, length);
  make_valid((char *)ret->val.value.ptr, length);
  JS_FreeCString(c, text);
  JS_FreeValue(c, shown);
}

// Jobs that are left of a text that failed are run now: what they come to is nobody's business any more.
static void clean_up(context *c) {
  context *of;
  drop_rest(c);
  for (int left; (left = JS_ExecutePendingJob(runtime, &of));)
    if (left < 0) JS_FreeValue(c, JS_GetException(c));
  forget_rejections(c);
}

bool exports_llmspell_spell_repl_evaluate(exports_llmspell_spell_repl_request_t *entry, evaluated *ret, script_error *error) {
  context *c = main_context;
  outcome outcome = {.value = JS_UNDEFINED, .stack = JS_UNDEFINED};
  ret->tag = EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_NOTHING;
  run(c, entry, &outcome);
  exports_llmspell_spell_repl_request_free(entry);
  if (outcome.incomplete) {
    ret->tag = EXPORTS_LLMSPELL_SPELL_REPL_EVALUATED_INCOMPLETE;
    JS_FreeValue(c, outcome.value);
    return true;
  }
  if (outcome.ok) give(c, &outcome, ret);
  if (outcome.ok) {
    JS_FreeValue(c, outcome.value);
    return true;
  }
  if (is_out_of_memory(c, outcome.value)) end_out_of_memory();
  report(c, outcome.value, outcome.stack, outcome.running, error), tell_forgotten(&error->message);
  JS_FreeValue(c, outcome.value);
  JS_FreeValue(c, outcome.stack);
  clean_up(c);
  return false;
}

// What the guest exports: the interpreter's start, which the snapshot holds, and describe, check, run.
#include <stdlib.h>

#include "guest.h"
#include "prelude.h"

// A function of the raw functions, by interface, of an object that the scripts share, and of what else is listed; spells get
// neither.
static char *append(char *end, const char *text, size_t length) { return (char *)memcpy(end, text, length) + length; }

JSValue compile_script(const char *parameters, const char *script, size_t length) {
  static const char before[] = "(function (raw, guest", between[] = ") {'use strict'; {\n", after[] = "\n}})"; // its names may be those of parameters
  size_t list = strlen(parameters);
  char *text = malloc(sizeof before + list + sizeof between + length + sizeof after), *end = text;
  if (!text) abort();
  end = append(end, before, sizeof before - 1);
  end = append(end, parameters, list);
  end = append(end, between, sizeof between - 1);
  end = append(end, script, length);
  end = append(end, after, sizeof after);
  JSValue function = compile_function(main_context, PRELUDE, text, end - 1 - text);
  free(text);
  return function;
}

static JSValue raw_functions(context *c) {
  JSValue raw = JS_NewObjectProto(c, JS_NULL);
  for (const raw_interface *interface = raw_interfaces; interface->name; interface++) {
    JSValue functions = JS_GetPropertyStr(c, raw, interface->name);
    int count = 0;
    if (JS_IsUndefined(functions)) {
      functions = JS_NewObjectProto(c, JS_NULL);
      JS_SetPropertyStr(c, raw, interface->name, JS_DupValue(c, functions));
    }
    while (interface->functions[count].name) count++;
    JS_SetPropertyFunctionList(c, functions, interface->functions, count);
    JS_FreeValue(c, functions);
  }
  return raw;
}

static void load_prelude(void) {
  context *c = main_context;
  JSValue arguments[] = {raw_functions(c), JS_NewObjectProto(c, JS_NULL)};
  for (const prelude_script *script = prelude; script->text; script++) {
    JSValue function = compile_script("", script->text, script->length), done = JS_Call(c, function, JS_UNDEFINED, LENGTH(arguments), arguments);
    if (JS_IsException(done)) abort();
    forget_sources();
    JS_FreeValue(c, function);
    JS_FreeValue(c, done);
  }
  open_names(c, arguments[0], arguments[1]); // takes them over
}

// Runs once, when the guest is built. No import can be called here.
__attribute__((export_name("wizer-initialize"))) void initialise(void) {
  start_engine();
  note_own_globals();
  load_prelude();
  note_own_globals();
  name_what_is_given();
  open_modules();
  watch_rejections();
  settle_heap();
}

void exports_llmspell_spell_guest_describe(exports_llmspell_spell_guest_language_t *ret) {
  spell_string_dup(&ret->name, "javascript");
  spell_string_dup(&ret->version, JS_GetVersion());
  ret->extensions.ptr = malloc(3 * sizeof *ret->extensions.ptr);
  ret->extensions.len = 3;
  if (!ret->extensions.ptr) abort();
  spell_string_dup(&ret->extensions.ptr[0], "js");
  spell_string_dup(&ret->extensions.ptr[1], "mjs");
  spell_string_dup(&ret->extensions.ptr[2], "cjs");
  ret->features.ptr = NULL;
  ret->features.len = 0;
}

char *with_end(const uint8_t *text, size_t length) {
  char *copy = malloc(length + 1);
  if (!copy) abort();
  memcpy(copy, text, length);
  copy[length] = 0;
  return copy;
}

static JSValue compile(context *c, const exports_llmspell_spell_guest_source_t *source) {
  char *name = with_end(source->name.ptr, source->name.len), *text = with_end(source->text.ptr, source->text.len);
  size_t mark = source->text.len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0;
  JSValue compiled = compile_main(c, name, text + mark, source->text.len - mark);
  free(name);
  free(text);
  return compiled;
}

// What a run came to.
typedef struct {
  bool ok, running;
  JSValue value, stack; // the result, or the error and where it was thrown
} outcome;

static void catch_error(context *c, outcome *outcome) {
  outcome->ok = false;
  outcome->value = JS_GetException(c);
  outcome->stack = take_throw_stack(c);
}

static void await(context *c, JSValue promise, bool module, outcome *outcome) {
  outcome->ok = finish(c, promise, module, &outcome->value, &outcome->stack);
  JS_FreeValue(c, promise);
}

static void run(context *c, exports_llmspell_spell_guest_request_t *request, outcome *outcome) {
  outcome->running = true;
  if (!begin(c, request)) return catch_error(c, outcome);
  outcome->running = false;
  JSValue compiled = compile(c, &request->source);
  if (JS_IsException(compiled)) return catch_error(c, outcome);
  outcome->running = true;
  bool module = is_module(compiled);
  JSValue promise = run_main(c, compiled);
  if (JS_IsException(promise)) return catch_error(c, outcome);
  await(c, promise, module, outcome);
  if (!outcome->ok || !module) return;
  outcome->value = module_value(c); // what it was before is undefined
  if (JS_IsException(outcome->value)) return catch_error(c, outcome);
  if (JS_IsPromise(outcome->value)) await(c, outcome->value, false, outcome);
}

static bool give(context *c, outcome *outcome, exports_llmspell_spell_guest_option_json_t *ret) {
  if (!outcome->ok || JS_IsUndefined(outcome->value)) return outcome->ok;
  json_text json;
  spell_string_t text;
  bool good = encode_result(c, outcome->value, &json, &text);
  if (good) {
    ret->is_some = true;
    spell_string_dup_n(&ret->val, (char *)text.ptr, text.len);
  } else {
    catch_error(c, outcome);
    outcome->value = unreturnable(c, outcome->value);
  }
  free_json(&json);
  return good;
}

// What is returned is freed by generated code, with free(); the arguments are ours to free.
bool exports_llmspell_spell_guest_check(exports_llmspell_spell_guest_source_t *source, script_error *error) {
  context *c = main_context;
  bool good = !JS_IsException(compile(c, source));
  if (!good) report(c, JS_GetException(c), JS_UNDEFINED, false, error);
  exports_llmspell_spell_guest_source_free(source);
  return good;
}

bool exports_llmspell_spell_guest_run(exports_llmspell_spell_guest_request_t *request,
                                      exports_llmspell_spell_guest_option_json_t *ret, script_error *error) {
  context *c = main_context;
  outcome outcome;
  ret->is_some = false;
  run(c, request, &outcome);
  bool good = give(c, &outcome, ret);
  if (!good && is_out_of_memory(c, outcome.value)) end_out_of_memory();
  if (!good) report(c, outcome.value, outcome.stack, outcome.running, error), tell_forgotten(&error->message);
  exports_llmspell_spell_guest_request_free(request);
  return good; // the instance is done: nothing is freed
}

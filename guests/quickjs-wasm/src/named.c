// The prelude's scripts that run when one of their names is first read. They are compiled before the snapshot, and lie there
// untouched until then: a run that names none of them pays nothing, and no run loads bytecode.
#include <ctype.h>
#include <stdlib.h>

#include "guest.h"
#include "prelude.h"

enum { MOST_SCRIPTS = 64, MOST_GLOBALS = 32, MOST_PARAMETERS = 1024 };

static JSValue arguments_of_all[2];

typedef struct {
  JSValue function, value;
  int count; // of the globals that it uses
  JSValue globals[MOST_GLOBALS];
  enum { UNREAD, RUNNING, DONE } state;
} named_script;

static named_script *scripts[MOST_SCRIPTS]; // each for itself: what a run writes lies together

JSValue load_name(context *c, const void *opaque) {
  const prelude_name *name = opaque;
  named_script *script = scripts[name->script];
  if (script->state == DONE) return JS_DupValue(c, script->value);
  if (script->state == RUNNING) return JS_ThrowReferenceError(c, "'%s' is being loaded", name->name);
  JSValue given[2 + MOST_GLOBALS];
  memcpy(given, arguments_of_all, sizeof arguments_of_all);
  memcpy(given + 2, script->globals, script->count * sizeof *given);
  script->state = RUNNING;
  JSValue value = JS_Call(c, script->function, JS_UNDEFINED, 2 + script->count, given);
  script->state = JS_IsException(value) ? UNREAD : DONE; // it may have been for want of memory
  if (script->state == UNREAD) return value;
  script->value = value;
  return JS_DupValue(c, value);
}

// --- Before the snapshot.

static bool is_part(char letter) { return isalnum((unsigned char)letter) || letter == '_' || letter == '$'; }

// Whether the word stands in the text, and not as a member.
static bool uses(const char *text, const char *word) {
  size_t length = strlen(word);
  for (const char *at = text; (at = strstr(at, word)); at += length)
    if ((at == text || (!is_part(at[-1]) && at[-1] != '.')) && !is_part(at[length])) return true;
  return false;
}

// A script gets the globals that it uses as they are now: a spell may have other things under these names when it runs.
static void compile(context *c, int index, const prelude_script *script) {
  named_script *to = scripts[index] = calloc(1, sizeof *to);
  if (!to) abort();
  char parameters[MOST_PARAMETERS] = "";
  JSValue global = JS_GetGlobalObject(c);
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(c, &names, &count, global, JS_GPN_STRING_MASK)) abort();
  for (uint32_t i = 0; i < count; i++) {
    const char *name = JS_AtomToCString(c, names[i].atom);
    if (strcmp(name, "undefined") && strcmp(name, "eval") && uses(script->text, name)) {
      if (to->count == MOST_GLOBALS || strlen(parameters) + strlen(name) + 3 > sizeof parameters) abort();
      strcat(strcat(parameters, ", "), name);
      to->globals[to->count++] = JS_GetProperty(c, global, names[i].atom);
    }
    JS_FreeCString(c, name);
  }
  JS_FreePropertyEnum(c, names, count);
  JS_FreeValue(c, global);
  to->function = compile_script(parameters, script->text, script->length);
  if (!JS_IsFunction(c, to->function)) abort();
  forget_sources();
}

static void open_name(context *c, const prelude_name *name) {
  JSValue global = JS_GetGlobalObject(c), of = JS_UNDEFINED;
  bool guest = !strcmp(name->of, "guest");
  if (guest) of = JS_DupValue(c, arguments_of_all[1]);
  else if (!*name->of) of = JS_DupValue(c, global);
  else {
    of = JS_GetPropertyStr(c, global, name->of);
    if (JS_IsUndefined(of)) {
      of = JS_NewObject(c);
      JS_DefinePropertyValueStr(c, global, name->of, JS_DupValue(c, of), JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE);
    }
  }
  define_name(c, of, name->name, name, *name->of);
  JS_FreeValue(c, of);
  JS_FreeValue(c, global);
}

void open_names(context *c, JSValue raw, JSValue guest) {
  arguments_of_all[0] = raw;
  arguments_of_all[1] = guest;
  int count = 0;
  for (const prelude_script *script = named_scripts; script->text; script++) {
    if (count == MOST_SCRIPTS) abort();
    compile(c, count++, script);
  }
  for (const prelude_name *name = prelude_names; name->name; name++) open_name(c, name);
}

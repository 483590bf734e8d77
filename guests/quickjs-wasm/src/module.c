// Other files of the spell's folder: as ES modules for `import`, and as functions for `require`.
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

// Names relative to the spell's folder, with "/" between their parts; what leads out of it keeps its "..", and is
// refused by the host. NULL: thrown.
static char *normalise(context *c, const char *base, const char *name, void *unused) {
  if (!strcmp(name, "llmspell")) return js_strdup(c, name);
  bool relative = !strncmp(name, "./", 2) || !strncmp(name, "../", 3);
  if (!relative && *name != '/') {
    char text[400];
    const char *bare = strncmp(name, "node:", 5) ? name : name + 5;
    snprintf(text, sizeof text,
             "no module '%.100s': a spell imports files of its own folder, as './%.100s.js', and 'llmspell'; "
             "packages and node's own modules are not there",
             name, bare);
    make_valid(text, strlen(text));
    throw_text(c, text);
    return NULL;
  }
  size_t folder = 0;
  for (size_t i = 0; relative && base[i]; i++)
    if (base[i] == '/') folder = i + 1;
  char *path = js_malloc(c, folder + strlen(name) + sizeof ".js");
  if (!path) return NULL;
  memcpy(path, base, folder);
  path[folder] = 0;
  while (relative) {
    if (!strncmp(name, "./", 2)) {
      name += 2;
    } else if (!strncmp(name, "../", 3) && folder && !(folder >= 3 && !strcmp(path + folder - 3, "../"))) {
      name += 3;
      for (folder--; folder && path[folder - 1] != '/';) folder--;
      path[folder] = 0;
    } else
      break;
  }
  strcat(path, name);
  size_t length = strlen(path);
  bool ends = (length > 3 && !strcmp(path + length - 3, ".js")) || (length > 4 && !strcmp(path + length - 4, ".mjs"));
  const char *last = strrchr(path, '/');
  if (!ends && !strchr(last ? last : path, '.')) strcat(path, ".js");
  return path;
}

static bool read_source(context *c, const char *path, OF(module, source_t) *source) {
  failure_t failure;
  spell_string_t name = {(uint8_t *)path, strlen(path)};
  if (OF(module, load)(&name, source, &failure)) return true;
  throw_failure(c, &failure);
  return false;
}

static char *as_script(context *c, const OF(module, source_t) *source, const char *before, const char *after, size_t *length) {
  size_t start = strlen(before), end = strlen(after);
  char *text = js_malloc(c, start + source->text.len + end + 1);
  if (!text) return NULL;
  memcpy(text, before, start);
  memcpy(text + start, source->text.ptr, source->text.len);
  memcpy(text + start + source->text.len, after, end + 1);
  *length = start + source->text.len + end;
  return text;
}

// The globals of the prelude, as exports.
static int export_globals(context *c, JSModuleDef *module) {
  JSValue global = JS_GetGlobalObject(c);
  int done = 0;
  for (uint32_t i = 0; own_global(i) != JS_ATOM_NULL && !done; i++) {
    const char *name = JS_AtomToCString(c, own_global(i));
    JSValue value = name ? JS_GetProperty(c, global, own_global(i)) : JS_EXCEPTION;
    done = JS_IsException(value) ? -1 : JS_SetModuleExport(c, module, name, value);
    JS_FreeCString(c, name);
  }
  JS_FreeValue(c, global);
  return done;
}

static JSModuleDef *make_llmspell(context *c) {
  JSModuleDef *module = JS_NewCModule(c, "llmspell", export_globals);
  for (uint32_t i = 0; module && own_global(i) != JS_ATOM_NULL; i++) {
    const char *name = JS_AtomToCString(c, own_global(i));
    if (!name || JS_AddModuleExport(c, module, name)) module = NULL;
    JS_FreeCString(c, name);
  }
  return module;
}

static JSModuleDef *load(context *c, const char *path, void *unused) {
  if (!strcmp(path, "llmspell")) return make_llmspell(c);
  OF(module, source_t) source;
  if (!read_source(c, path, &source)) return NULL;
  size_t length;
  char *text = as_script(c, &source, "", "", &length);
  OF(module, source_free)(&source);
  JSValue module = text ? JS_Eval(c, text, length, path, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY) : JS_EXCEPTION;
  js_free(c, text);
  if (JS_IsException(module)) return NULL;
  JSModuleDef *definition = JS_VALUE_GET_PTR(module);
  JS_FreeValue(c, module); // the context keeps it
  return definition;
}

void open_modules(void) { JS_SetModuleLoaderFunc(runtime, normalise, load, NULL); }

static JSValue module_resolve(context *c, JSValueConst this, int count, JSValueConst *arguments) { // base, name -> path
  const char *base = JS_ToCString(c, arguments[0]), *name = base ? JS_ToCString(c, arguments[1]) : NULL;
  char *path = name ? normalise(c, base, name, NULL) : NULL;
  JSValue found = path ? JS_NewString(c, path) : JS_EXCEPTION;
  js_free(c, path);
  JS_FreeCString(c, name);
  JS_FreeCString(c, base);
  return found;
}

// path -> a function of (exports, require, module, __filename, __dirname); undefined: it is an ES module
static JSValue module_load(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  OF(module, source_t) source;
  const char *path = JS_ToCString(c, arguments[0]);
  if (!path) return JS_EXCEPTION;
  JSValue made = JS_EXCEPTION;
  if (read_source(c, path, &source)) {
    size_t length;
    // The source begins a line of its own, the first one.
    char *text = as_script(c, &source, "(function (exports, require, module, __filename, __dirname) {\n", "\n})", &length);
    OF(module, source_free)(&source);
    if (text) made = compile_function(c, path, text, length);
    js_free(c, text);
  }
  JS_FreeCString(c, path);
  return made;
}

static JSValue module_namespace(context *c, JSValueConst this, int count, JSValueConst *arguments) { // path -> exports
  const char *path = JS_ToCString(c, arguments[0]);
  if (!path) return JS_EXCEPTION;
  char name[1100];
  // "./" makes a path of it again.
  bool fits = snprintf(name, sizeof name, "%s%s", strcmp(path, "llmspell") ? "./" : "", path) < (int)sizeof name;
  JS_FreeCString(c, path);
  return fits ? module_now(c, name) : JS_ThrowTypeError(c, "a module's name is too long");
}

const JSCFunctionListEntry module_functions[] = {
    JS_CFUNC_DEF("resolve", 2, module_resolve), JS_CFUNC_DEF("load", 1, module_load), JS_CFUNC_DEF("namespace", 1, module_namespace), {}};

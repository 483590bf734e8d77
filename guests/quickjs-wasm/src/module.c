// Other files of the spell's folder: as ES modules for `import`, and as functions for `require`.
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

static JSValue builtins = JS_UNDEFINED; // modules of the prelude's, by name

static const char *without_node(const char *name) { return strncmp(name, "node:", 5) ? name : name + 5; }

static bool is_builtin(context *c, const char *name) {
  JSAtom atom = JS_NewAtom(c, name);
  bool found = atom != JS_ATOM_NULL && JS_IsObject(builtins) && JS_HasProperty(c, builtins, atom) > 0;
  JS_FreeAtom(c, atom);
  return found;
}

static bool ends_in(const char *path, const char *ending) {
  size_t length = strlen(path), end = strlen(ending);
  return length > end && !strcmp(path + length - end, ending);
}

static bool is_program(const char *path) { return ends_in(path, ".js") || ends_in(path, ".mjs") || ends_in(path, ".cjs"); }

static bool has_extension(const char *path) {
  const char *last = strrchr(path, '/');
  return strchr(last ? last : path, '.');
}

// What is no file of the folder.
static void throw_no_module(context *c, const char *name) {
  char text[600];
  const char *bare = without_node(name), *way = find_way(bare);
  bool address = strchr(bare, ':'), scoped = *bare == '@';
  snprintf(text, sizeof text, "no module '%.100s': %s%sa spell imports files of its own folder, as './%.100s%s', and 'llmspell'; %s",
           name, way ? way : "", way ? "; " : "", address || scoped ? "name" : bare,
           has_extension(bare) && !address && !scoped ? "" : ".js",
           address ? "nothing is loaded from addresses" : "packages are not there, nor other modules of node's");
  make_valid(text, strlen(text));
  throw_text(c, text);
}

// Names relative to the spell's folder, with "/" between their parts; what leads out of it keeps its "..", and is
// refused by the host. NULL: thrown.
static char *normalise(context *c, const char *base, const char *name, void *unused) {
  if (!strcmp(name, "llmspell") || is_builtin(c, without_node(name))) return js_strdup(c, without_node(name));
  if (!strcmp(name, ".")) name = "./";
  if (!strcmp(name, "..")) name = "../";
  bool relative = !strncmp(name, "./", 2) || !strncmp(name, "../", 3);
  if (!relative && *name != '/') return throw_no_module(c, name), NULL;
  size_t folder = 0;
  for (size_t i = 0; relative && base[i]; i++)
    if (base[i] == '/') folder = i + 1;
  char *path = js_malloc(c, folder + strlen(name) + sizeof "index.js");
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
  if (!length || path[length - 1] == '/') strcat(path, "index.js");
  else if (!is_program(path) && !has_extension(path)) strcat(path, ".js");
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

static int export_builtin(context *c, JSModuleDef *module) {
  JSValue value = JS_GetModulePrivateValue(c, module);
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(c, &names, &count, value, JS_GPN_STRING_MASK)) return JS_FreeValue(c, value), -1;
  int done = 0;
  for (uint32_t i = 0; i < count && !done; i++) {
    const char *name = JS_AtomToCString(c, names[i].atom);
    JSValue member = name ? JS_GetProperty(c, value, names[i].atom) : JS_EXCEPTION;
    done = JS_IsException(member) ? -1 : JS_SetModuleExport(c, module, name, member);
    JS_FreeCString(c, name);
  }
  JS_FreePropertyEnum(c, names, count);
  return done ? JS_FreeValue(c, value), -1 : JS_SetModuleExport(c, module, "default", value);
}

static JSModuleDef *make_builtin(context *c, const char *path) {
  JSValue value = JS_GetPropertyStr(c, builtins, path);
  JSModuleDef *module = JS_NewCModule(c, path, export_builtin);
  JSPropertyEnum *names = NULL;
  uint32_t count = 0;
  if (!module || JS_SetModulePrivateValue(c, module, value) || JS_AddModuleExport(c, module, "default") ||
      JS_GetOwnPropertyNames(c, &names, &count, value, JS_GPN_STRING_MASK))
    return NULL;
  for (uint32_t i = 0; i < count && module; i++) {
    const char *name = JS_AtomToCString(c, names[i].atom);
    if (!name || JS_AddModuleExport(c, module, name)) module = NULL;
    JS_FreeCString(c, name);
  }
  JS_FreePropertyEnum(c, names, count);
  return module;
}

static JSValue read_data(context *c, const char *path, bool json) {
  failure_t failure;
  spell_string_t name = {(uint8_t *)path, strlen(path)}, text;
  if (!OF(module, read)(&name, &text, &failure)) return throw_failure(c, &failure);
  JSValue value = JS_EXCEPTION;
  if (!json) value = from_text(c, &text);
  else {
    size_t mark = text.len >= 3 && !memcmp(text.ptr, "\xef\xbb\xbf", 3) ? 3 : 0;
    char *copy = js_malloc(c, text.len + 1); // what is parsed ends with a NUL
    if (copy) {
      memcpy(copy, text.ptr + mark, text.len - mark);
      copy[text.len - mark] = 0;
      value = JS_ParseJSON(c, copy, text.len - mark, path);
    }
    js_free(c, copy);
  }
  spell_string_free(&text);
  return value;
}

static int export_data(context *c, JSModuleDef *module) {
  return JS_SetModuleExport(c, module, "default", JS_GetModulePrivateValue(c, module));
}

// A module whose default export is what a file holds.
static JSModuleDef *make_data(context *c, const char *path, bool json) {
  JSValue value = read_data(c, path, json);
  if (JS_IsException(value)) return NULL;
  JSModuleDef *module = JS_NewCModule(c, path, export_data);
  if (!module) return JS_FreeValue(c, value), NULL;
  return JS_SetModulePrivateValue(c, module, value) || JS_AddModuleExport(c, module, "default") ? NULL : module;
}

static bool is_type(context *c, JSValueConst attributes, const char *wanted) {
  JSValue type = JS_IsObject(attributes) ? JS_GetPropertyStr(c, attributes, "type") : JS_UNDEFINED;
  const char *text = JS_IsString(type) ? JS_ToCString(c, type) : NULL;
  bool found = text && !strcmp(text, wanted);
  JS_FreeCString(c, text);
  JS_FreeValue(c, type);
  return found;
}

// `with {type: "json"}` or "text"; without, a file's name tells what it holds.
static int check_attributes(context *c, void *unused, JSValueConst attributes) {
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(c, &names, &count, attributes, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY)) return -1;
  JS_FreePropertyEnum(c, names, count);
  if (count == 0 || (count == 1 && (is_type(c, attributes, "json") || is_type(c, attributes, "text")))) return 0;
  throw_text(c, "an import takes `with {type: \"json\"}` or `with {type: \"text\"}`, and no other attributes");
  return -1;
}

static JSModuleDef *load(context *c, const char *path, void *unused, JSValueConst attributes) {
  if (!strcmp(path, "llmspell")) return make_llmspell(c);
  if (is_builtin(c, path)) return make_builtin(c, path);
  bool text_wanted = is_type(c, attributes, "text"), json_wanted = is_type(c, attributes, "json");
  if (text_wanted || json_wanted || !is_program(path)) return make_data(c, path, json_wanted || (!text_wanted && ends_in(path, ".json")));
  if (ends_in(path, ".cjs")) return JS_ThrowTypeError(c, "import can't load './%s', which has no exports of that kind: require can", path), NULL;
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

void open_modules(void) { JS_SetModuleLoaderFunc2(runtime, normalise, load, check_attributes, NULL); }

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

// path -> what the file holds: of JSON the value, else the text
static JSValue module_data(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  const char *path = JS_ToCString(c, arguments[0]);
  if (!path) return JS_EXCEPTION;
  JSValue value = read_data(c, path, ends_in(path, ".json"));
  JS_FreeCString(c, path);
  return value;
}

// object: the prelude's modules by name, each an object of its exports; once, before the snapshot
static JSValue module_builtins(context *c, JSValueConst this, int count, JSValueConst *arguments) {
  builtins = JS_DupValue(c, arguments[0]);
  return JS_UNDEFINED;
}

const JSCFunctionListEntry module_functions[] = {
    JS_CFUNC_DEF("resolve", 2, module_resolve), JS_CFUNC_DEF("load", 1, module_load), JS_CFUNC_DEF("namespace", 1, module_namespace),
    JS_CFUNC_DEF("data", 1, module_data), JS_CFUNC_DEF("builtins", 1, module_builtins), {}};

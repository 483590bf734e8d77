// QuickJS, included as a whole: this guest looks into it where its API has no way.
#include <stdio.h>

#include "guest.h"

// Nothing here prints, and libc's files must not come in for messages that are never shown.
#define printf(...) ((void)0)
#define fprintf(...) ((void)0)
#define putchar(c) ((void)0)
#define fputc(c, file) ((void)0)
#define fwrite(from, size, count, file) ((void)0)

// --- What the rules in xtask/src/javascript_rules.rs and declaration_rules.rs call.

// The C stack lies below 1 MiB, and grows down. WebAssembly keeps return addresses and most locals on a stack of its
// own, which C can't see: of that, what uses the C stack most sparingly (…) still leaves a reserve here.
#define STACK_LIMIT ((1 << 20) - STACK_BYTES)
enum { STACK_BYTES = 640 << 10 };

// Between two collections, at most.
enum { MOST_GARBAGE = 8 << 20 };

static int arena_bytes = 4096; // JS_ARENA_SIZE, but where settle_heap says otherwise

// Atoms below are never freed, and their references are not counted.
static int constant_atoms;

static bool found_module_syntax, syntax_only, parsing_main;
static bool at_prompt, parsing_entry, ended_early; // of a prompt, see compile_entry
static JSAtom prelude_name, made_from_own;
static JSModuleDef *main_module;
static JSValue main_value = JS_UNDEFINED;

#define is_main_chunk(function) \
  ((function)->is_eval && (function)->func_kind == JS_FUNC_ASYNC && (!(function)->module || parsing_main))
#define is_member_of(state, name) \
  ((state)->token.val == TOK_IDENT && (state)->token.u.ident.atom == (name) && peek_token(state, false) == '.')

#define note_early_end(s, format) \
  ended_early = ended_early || (s)->token.val == TOK_EOF || \
                !strcmp((format), "unexpected end of comment") || !strcmp((format), "unexpected end of template")

// Variables of one declaration, of which `first` is the first: it has been run where the code goes on now.
#define note_declared(function, first) \
  for (int i_ = (first); !(function)->scopes[(function)->scope_level].is_switch && i_ < (function)->var_count; i_++) \
    if ((function)->vars[i_].scope_level == (function)->scope_level) (function)->vars[i_].declared_at = (function)->byte_code.size
#define may_be_early(variable, position) \
  ((variable).is_lexical && !((variable).declared_at && (position) > (variable).declared_at))

static uint64_t current_scope; // whose work goes on: a task, and the call of the host that it answers

static bool is_own_global(JSAtom name);
typedef struct JSAsyncFunctionData JSAsyncFunctionData;
static void note_await(JSAsyncFunctionData *function);
static const char *way_without(const char *name);
static JSValue throw_no_constructor(JSContext *c, JSValueConst value);
static JSValue begin_promise(JSContext *c, JSValueConst function, JSValue *resolving);
static int import_line;
static void note_import(JSContext *c, JSAtom file, int line);

// A reply equals its text, is the same key, and is as true. Object.is still tells them apart.
static JSValueConst reply_text(JSValueConst value); // undefined: it is none
static bool equals_reply(JSValueConst left, JSValueConst right);
static bool is_empty_reply(JSValueConst object);
static void keep_during_job(JSContext *c, JSValueConst value);

static void make_places(void);
static JSValue js_named_autoinit(JSContext *c, void *opaque);

static void keep_module_value(JSContext *c, JSModuleDef *module, JSValueConst value) {
  if (module == main_module && JS_IsUndefined(main_value)) main_value = JS_DupValue(c, value);
}

#include "quickjs.c"

#include "heap.h"

// --- The interpreter's start.

JSRuntime *runtime;
JSContext *main_context;

void start_engine(void) {
  keep_spare();
  runtime = JS_NewRuntime2(&allocator, NULL);
  if (!runtime) abort();
  index_fusions();
  set_places_aside();
  JSContext *c = JS_NewContextRaw(runtime);
  // All but `performance`, whose clock would stand in the snapshot.
  if (!c || JS_AddIntrinsicBaseObjects(c) || JS_AddIntrinsicDate(c) || JS_AddIntrinsicEval(c) || JS_AddIntrinsicRegExp(c) ||
      JS_AddIntrinsicJSON(c) || JS_AddIntrinsicProxy(c) || JS_AddIntrinsicMapSet(c) || JS_AddIntrinsicTypedArrays(c) ||
      JS_AddIntrinsicPromise(c) || JS_AddIntrinsicWeakRef(c) || JS_AddIntrinsicAToB(c))
    abort();
  c->random_state = 0; // not seeded
  main_context = c;
  prelude_name = JS_NewAtom(c, PRELUDE);
}

// --- Globals of ours, and what is absent.

static JSPropertyEnum *globals;
static uint32_t global_count;

// Called before and after the prelude.
void note_own_globals(void) {
  JSPropertyEnum *before = globals;
  uint32_t count = global_count, kept = 0;
  JSValue global = JS_GetGlobalObject(main_context);
  if (JS_GetOwnPropertyNames(main_context, &globals, &global_count, global, JS_GPN_STRING_MASK)) abort();
  JS_FreeValue(main_context, global);
  if (!before) return;
  for (uint32_t i = 0; i < global_count; i++) {
    bool old = false;
    for (uint32_t k = 0; k < count && !old; k++) old = before[k].atom == globals[i].atom;
    if (!old) globals[kept++] = globals[i];
  }
  global_count = kept;
}

static bool is_own_global(JSAtom name) {
  for (uint32_t i = 0; i < global_count; i++)
    if (globals[i].atom == name) return true;
  return false;
}

// Of the globals, the prelude's and the spell's.
static const char *nearest_global(const char *name) {
  likeness like;
  look_for(&like, name);
  const JSValueConst places[] = {main_context->global_obj, main_context->global_var_obj};
  for (int i = 0; i < 2; i++) {
    JSShape *shape = JS_VALUE_GET_OBJ(places[i])->shape;
    const JSShapeProperty *all = get_shape_prop(shape);
    for (int k = 0; k < shape->prop_count; k++) {
      char candidate[ATOM_GET_STR_BUF_SIZE];
      if (all[k].atom == JS_ATOM_NULL || JS_AtomGetKind(main_context, all[k].atom) != JS_ATOM_KIND_STRING) continue;
      JS_AtomGetStr(main_context, candidate, sizeof candidate, all[k].atom);
      compare_name(&like, candidate, strlen(candidate));
    }
  }
  return tell_likeness(&like);
}

static const char *way_without(const char *name) {
  static char text[200];
  const char *way = find_way(name);
  if (!way && strncmp(name, "new ", 4)) way = nearest_global(name);
  if (!way) return "";
  snprintf(text, sizeof text, ": %s", way);
  return text;
}

static JSValue throw_no_constructor(JSContext *c, JSValueConst value) {
  for (uint32_t i = 0; i < global_count && JS_IsObject(value); i++) {
    JSProperty *property;
    JSShapeProperty *shape = find_own_property(&property, JS_VALUE_GET_OBJ(c->global_obj), globals[i].atom);
    if (!shape || (shape->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || JS_VALUE_GET_TAG(property->u.value) != JS_TAG_OBJECT ||
        JS_VALUE_GET_OBJ(property->u.value) != JS_VALUE_GET_OBJ(value))
      continue;
    char name[64], wanted[80];
    JS_AtomGetStr(c, name, sizeof name, globals[i].atom);
    snprintf(wanted, sizeof wanted, "new %s", name);
    return JS_ThrowTypeError(c, "%s is not a constructor%s", name, way_without(wanted));
  }
  return JS_ThrowTypeError(c, "not a constructor");
}

static JSValue js_named_autoinit(JSContext *c, void *opaque) { return load_name(c, opaque); }

void define_name(JSContext *c, JSValueConst object, const char *name, const void *opaque, bool enumerable) {
  JSAtom atom = JS_NewAtom(c, name);
  int flags = JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE | (enumerable ? JS_PROP_ENUMERABLE : 0);
  if (JS_DefineAutoInitProperty(c, object, atom, JS_AUTOINIT_ID_BYTECODE, (void *)opaque, flags) <= 0) abort();
  JS_FreeAtom(c, atom);
}

// --- Values.

kind kind_of(JSValueConst value) {
  switch (JS_VALUE_GET_OBJ(value)->class_id) {
  case JS_CLASS_OBJECT: case JS_CLASS_ARGUMENTS: case JS_CLASS_MAPPED_ARGUMENTS: case JS_CLASS_MODULE_NS: return PLAIN;
  case JS_CLASS_ARRAY: return LIST;
  case JS_CLASS_STRING: case JS_CLASS_NUMBER: case JS_CLASS_BOOLEAN: case JS_CLASS_BIG_INT: return BOXED;
  case JS_CLASS_DATE: return DATE;
  case JS_CLASS_ERROR: return ERROR;
  case JS_CLASS_PROMISE: return PROMISE;
  case JS_CLASS_PROXY: return JS_IsFunction(main_context, value) ? FUNCTION : PROXY;
  default: return JS_IsFunction(main_context, value) ? FUNCTION : OTHER;
  }
}

static const JSObject *reply_prototype;

void note_replies(JSValueConst prototype) { reply_prototype = JS_VALUE_GET_OBJ(prototype); }

static JSValueConst reply_text(JSValueConst value) {
  if (JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT) return JS_UNDEFINED;
  JSObject *p = JS_VALUE_GET_OBJ(value);
  bool is = p->class_id == JS_CLASS_STRING && p->shape->proto && p->shape->proto == reply_prototype;
  return is ? p->u.object_data : JS_UNDEFINED;
}

// One of the two is an object.
static bool equals_reply(JSValueConst left, JSValueConst right) {
  JSValueConst a = reply_text(left), b = reply_text(right);
  if (JS_IsUndefined(a) && JS_IsUndefined(b)) return false;
  if (JS_IsUndefined(a)) a = left;
  if (JS_IsUndefined(b)) b = right;
  return tag_is_string(JS_VALUE_GET_TAG(a)) && tag_is_string(JS_VALUE_GET_TAG(b)) && js_strict_eq(main_context, a, b);
}

static bool is_empty_reply(JSValueConst object) {
  JSValueConst text = reply_text(object);
  return JS_VALUE_GET_TAG(text) == JS_TAG_STRING && !JS_VALUE_GET_STRING(text)->len;
}

JSValueConst unboxed(JSValueConst object) { return JS_VALUE_GET_OBJ(object)->u.object_data; }

int is_list(JSContext *c, JSValueConst object) { return js_is_array(c, object); }

JSValue date_text(JSContext *c, JSValueConst date) { return get_date_string(c, date, 0, NULL, 0x23); }

JSValue data_of(JSContext *c, JSValueConst object, const char *name) {
  JSAtom atom = JS_NewAtom(c, name);
  JSValue found = JS_UNDEFINED;
  JSObject *p = JS_VALUE_GET_OBJ(object);
  for (int depth = 0; p && depth < 16 && p->class_id != JS_CLASS_PROXY; p = p->shape->proto, depth++) {
    JSProperty *property;
    JSShapeProperty *shape = find_own_property(&property, p, atom);
    if (!shape) continue;
    if ((shape->flags & JS_PROP_TMASK) == JS_PROP_NORMAL) found = JS_DupValue(c, property->u.value);
    break;
  }
  JS_FreeAtom(c, atom);
  return found;
}

JSValue own_data(JSContext *c, JSValueConst object, JSAtom key, JSValueConst otherwise) {
  JSPropertyDescriptor found;
  int there = JS_GetOwnProperty(c, &found, object, key); // of a Proxy it asks the trap
  if (there <= 0) return there ? JS_EXCEPTION : JS_UNDEFINED;
  bool data = !(found.flags & JS_PROP_GETSET);
  JSValue value = JS_DupValue(c, data ? found.value : otherwise);
  js_free_desc(c, &found);
  return value;
}

bool is_out_of_memory(JSContext *c, JSValueConst error) {
  if (JS_IsUninitialized(error)) return true;       // no error at all: there was no room for a name
  if (JS_IsNull(error)) return was_out_of_memory(); // there was none left even for the error
  if (!JS_IsObject(error) || JS_VALUE_GET_OBJ(error)->shape->proto != JS_VALUE_GET_OBJ(c->native_error_proto[JS_INTERNAL_ERROR]))
    return false;
  JSValue message = data_of(c, error, "message");
  const char *text = JS_IsString(message) ? JS_ToCString(c, message) : NULL;
  // The second is what the engine says when there was no room for the message.
  bool found = text && (!strcmp(text, "out of memory") || !strcmp(text, "Invalid error message"));
  JS_FreeCString(c, text);
  JS_FreeValue(c, message);
  return found;
}

JSValue throw_text(JSContext *c, const char *text) {
  return JS_Throw(c, JS_MakeError2(c, JS_TYPE_ERROR, true, text));
}

JSValue copy_record(JSContext *c, JSValueConst record) {
  JSObject *p = JS_VALUE_GET_OBJ(record);
  JSProperty fields[MOST_FIELDS];
  if (p->shape->prop_count > MOST_FIELDS) return JS_ThrowTypeError(c, "a record of too many fields");
  for (int i = 0; i < p->shape->prop_count; i++) fields[i].u.value = js_dup(p->prop[i].u.value);
  return JS_NewObjectFromShape(c, js_dup_shape(p->shape), JS_CLASS_OBJECT, fields);
}

// What a WeakRef gave, or was made of, stays to the end of the job, as ECMAScript has it.
static JSValue *kept;
static size_t count_of_kept, room_for_kept;

static void keep_during_job(JSContext *c, JSValueConst value) {
  if (count_of_kept && JS_VALUE_GET_PTR(kept[count_of_kept - 1]) == JS_VALUE_GET_PTR(value)) return;
  if (count_of_kept == room_for_kept) {
    size_t more = room_for_kept ? room_for_kept * 2 : 16;
    JSValue *grown = js_realloc(c, kept, more * sizeof *grown);
    if (!grown) return JS_FreeValue(c, JS_GetException(c)); // then it is as weak as it can be
    kept = grown, room_for_kept = more;
  }
  kept[count_of_kept++] = js_dup(value);
}

void release_kept(JSContext *c) {
  while (count_of_kept) JS_FreeValue(c, kept[--count_of_kept]);
}

bool is_alone(JSValueConst object) { return JS_REF_COUNT(JS_VALUE_GET_OBJ(object)) <= 2; }

// --- Promises.

static JSFunctionBytecode *bytecode_of(JSValueConst function) {
  if (JS_VALUE_GET_TAG(function) != JS_TAG_OBJECT) return NULL;
  JSObject *p = JS_VALUE_GET_OBJ(function);
  return js_class_has_bytecode(p->class_id) ? p->u.func.function_bytecode : NULL;
}

static JSValue promise_prototype = JS_UNDEFINED;

void set_promise_prototype(JSContext *c, JSValueConst prototype) { promise_prototype = JS_DupValue(c, prototype); }

JSValue new_promise(JSContext *c) {
  JSValue promise = JS_NewObjectProtoClass(c, promise_prototype, JS_CLASS_PROMISE);
  if (JS_IsException(promise)) return promise;
  JSPromiseData *data = js_mallocz(c, sizeof *data);
  if (!data) return JS_FreeValue(c, promise), JS_EXCEPTION;
  data->promise_state = JS_PROMISE_PENDING;
  init_list_head(&data->promise_reactions[0]);
  init_list_head(&data->promise_reactions[1]);
  data->promise_result = JS_UNDEFINED;
  JS_SetOpaqueInternal(promise, data);
  return promise;
}

// What an asynchronous function gives: of the prelude, a promise that can tell a forgotten `await`.
static JSValue begin_promise(JSContext *c, JSValueConst function, JSValue *resolving) {
  if (bytecode_of(function)->filename != prelude_name) return JS_NewPromiseCapability(c, resolving);
  JSValue promise = new_promise(c);
  if (JS_IsException(promise) || !js_create_resolving_functions(c, resolving, promise)) return promise;
  return JS_FreeValue(c, promise), JS_EXCEPTION;
}

void settle(JSContext *c, JSValueConst promise, JSValueConst value, bool rejected) {
  fulfill_or_reject_promise(c, promise, value, rejected);
}

JSValue apply(JSContext *c, JSValueConst function, JSValueConst list) {
  uint32_t count;
  JSValue *arguments = build_arg_list(c, &count, list);
  if (!arguments) return JS_EXCEPTION;
  JSValue value = JS_Call(c, function, JS_UNDEFINED, count, vc(arguments));
  free_arg_list(c, arguments, count);
  return value;
}

JSValue adopt(JSContext *c, JSValueConst value) { return js_promise_resolve(c, c->promise_ctor, 1, &value, 0); }

uint64_t enter_scope(uint64_t scope) {
  uint64_t before = current_scope;
  current_scope = scope;
  return before;
}

uint64_t scope_now(void) { return current_scope; }

uint64_t *within(void) {
  static uint64_t call; // lent to an import
  call = (uint32_t)current_scope;
  return call ? &call : NULL;
}

// --- Stacks.

static uint32_t position_in(const JSFunctionBytecode *code, const JSStackFrame *frame) {
  return frame->cur_pc ? (uint32_t)(frame->cur_pc - code->byte_code_buf - 1) : 0;
}

void take_trace(trace *trace) {
  trace->count = 0;
  for (JSStackFrame *frame = runtime->current_stack_frame; frame && trace->count < FRAMES; frame = frame->prev_frame) {
    JSFunctionBytecode *code = bytecode_of(frame->cur_func);
    if (!code || code->filename == prelude_name) continue;
    trace->frames[trace->count].function = js_dup(frame->cur_func);
    trace->frames[trace->count++].position = position_in(code, frame);
  }
}

void free_trace(trace *trace) {
  for (int i = 0; i < trace->count; i++) JS_FreeValue(main_context, trace->frames[i].function);
  trace->count = 0;
}

// One line, as build_backtrace writes it.
static void add_frame(JSContext *c, DynBuf *text, const char *name, const JSFunctionBytecode *code, uint32_t position) {
  const char *file = JS_AtomToCString(c, code->filename);
  int column, line = find_line_num(c, (JSFunctionBytecode *)code, position, &column);
  dbuf_printf(text, "    at %s (%s:%d:%d)\n", name && *name ? name : "<anonymous>", file ? file : "?", line, column);
  JS_FreeCString(c, file);
}

bool show_place(JSContext *c, const trace *trace, char *to, size_t size) {
  JSFunctionBytecode *code = trace->count ? bytecode_of(trace->frames[0].function) : NULL;
  if (!code) return false;
  const char *file = JS_AtomToCString(c, code->filename);
  int column, length = snprintf(to, size, "%s:%d", file ? file : "?", find_line_num(c, code, trace->frames[0].position, &column));
  JS_FreeCString(c, file);
  return length > 0 && (size_t)length < size && !find_invalid_utf8(to, length);
}

JSValueConst stack_of(JSValueConst error) {
  if (!JS_IsObject(error) || JS_VALUE_GET_OBJ(error)->class_id != JS_CLASS_ERROR) return JS_UNDEFINED;
  return JS_VALUE_GET_OBJ(error)->u.object_data;
}

static JSValue finish_text(JSContext *c, DynBuf *text) {
  JSValue string = dbuf_error(text) ? JS_UNDEFINED : JS_NewStringLen(c, (char *)text->buf, text->size);
  dbuf_free(text);
  if (!JS_IsException(string)) return string;
  JS_FreeValue(c, JS_GetException(c));
  return JS_UNDEFINED;
}

void set_stack(JSContext *c, JSValueConst error, const trace *trace) {
  if (!trace) {
    build_backtrace(c, error, JS_UNDEFINED, NULL, 0, 0, 0);
    return;
  }
  DynBuf text;
  js_dbuf_init(c, &text);
  for (int i = 0; i < trace->count; i++) {
    JSValueConst function = trace->frames[i].function;
    const char *name = get_func_name(c, function);
    add_frame(c, &text, name, bytecode_of(function), trace->frames[i].position);
    JS_FreeCString(c, name);
  }
  set_value(c, &JS_VALUE_GET_OBJ(error)->u.object_data, finish_text(c, &text));
}

static void note_import(JSContext *c, JSAtom file, int line) {
  JSValueConst error = c->rt->current_exception, stack = stack_of(error);
  if (!JS_IsObject(error) || kind_of(error) != ERROR) return;
  const char *before = JS_IsString(stack) ? JS_ToCString(c, stack) : NULL, *name = JS_AtomToCString(c, file);
  DynBuf text;
  js_dbuf_init(c, &text);
  dbuf_printf(&text, "%s    at %s:%d:1\n", before ? before : "", name ? name : "?", line);
  JS_FreeCString(c, before);
  JS_FreeCString(c, name);
  set_value(c, &JS_VALUE_GET_OBJ(error)->u.object_data, finish_text(c, &text));
}

// What awaits is gone when nothing can end its wait; so the place is kept while it begins to wait. Of the main chunk, and of
// tasks as far as no later one has taken the slot.
typedef struct {
  uint32_t task;
  JSFunctionBytecode *code;
  uint32_t position;
} place;
enum { PLACES = 1024 };
static place *places_of_tasks, main_place; // those of tasks lie apart from the variables that every run writes

static void make_places(void) {
  if (!(places_of_tasks = calloc(PLACES, sizeof *places_of_tasks))) abort();
}

static void keep_place(place *place, uint32_t task, JSFunctionBytecode *code, uint32_t position) {
  if (place->code) JS_FreeValue(main_context, JS_MKPTR(JS_TAG_FUNCTION_BYTECODE, place->code));
  JS_REF_COUNT(code)++;
  place->task = task, place->code = code, place->position = position;
}

static void note_await(JSAsyncFunctionData *function) {
  JSFunctionBytecode *code = bytecode_of(function->func_state.frame.cur_func);
  if (!code || code->filename == prelude_name) return;
  uint32_t position = position_in(code, &function->func_state.frame), task = TASK_OF(current_scope);
  if (code == main_place.code) main_place.position = position;
  else if (task) keep_place(&places_of_tasks[task % PLACES], task, code, position);
}

static const place *place_of_task(uint32_t task) {
  const place *place = task ? &places_of_tasks[task % PLACES] : &main_place;
  return place->task == task && place->code ? place : NULL;
}

void set_stack_waiting(JSContext *c, JSValueConst error, uint32_t task) {
  const place *place = place_of_task(task);
  DynBuf text;
  js_dbuf_init(c, &text);
  if (place) {
    JSAtom atom = place->code->func_name; // none: its text would end where its block ends, without a NUL
    const char *name = task && atom != JS_ATOM_NULL ? JS_AtomToCString(c, atom) : NULL;
    // What has no name of its own has a mark in its place.
    add_frame(c, &text, !task ? "<eval>" : name && *name > ' ' ? name : NULL, place->code, place->position);
    JS_FreeCString(c, name);
  }
  set_value(c, &JS_VALUE_GET_OBJ(error)->u.object_data, finish_text(c, &text));
}

JSValue where_waiting(JSContext *c, uint32_t task) {
  const place *place = place_of_task(task);
  if (!place) return JS_UNDEFINED;
  char text[220];
  const char *file = JS_AtomToCString(c, place->code->filename);
  int column, line = find_line_num(c, place->code, place->position, &column);
  snprintf(text, sizeof text, "%.200s:%d", file ? file : "?", line);
  JS_FreeCString(c, file);
  make_valid(text, strlen(text));
  return JS_NewString(c, text);
}

JSValue take_throw_stack(JSContext *c) {
  JSValue stack = c->error_back_trace;
  c->error_back_trace = JS_UNDEFINED;
  return stack;
}

// --- The main chunk.

JSValue compile_main(JSContext *c, const char *name, const char *text, size_t length) {
  size_t ending = strlen(name);
  bool module = ending > 4 && !strcmp(name + ending - 4, ".mjs");
  JSValue compiled = JS_UNDEFINED;
  found_module_syntax = module, syntax_only = parsing_main = true;
  if (!module) compiled = JS_Eval(c, text, length, name, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_ASYNC | JS_EVAL_FLAG_COMPILE_ONLY);
  if (found_module_syntax) {
    if (JS_IsException(compiled)) JS_FreeValue(c, JS_GetException(c));
    compiled = JS_Eval(c, text, length, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  }
  syntax_only = parsing_main = false;
  return compiled;
}

static JSValue compile_line(JSContext *c, const char *name, const char *text, size_t length) {
  ended_early = found_module_syntax = false;
  syntax_only = parsing_main = parsing_entry = true;
  JSValue compiled = JS_Eval(c, text, length, name, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_ASYNC | JS_EVAL_FLAG_COMPILE_ONLY);
  syntax_only = parsing_main = parsing_entry = false;
  return compiled;
}

JSValue compile_entry(JSContext *c, const char *name, const char *text, size_t length, bool *incomplete) {
  at_prompt = true;
  *incomplete = false;
  size_t start = strspn(text, " \t\r\n");
  // An object is meant, not a block of statements.
  char *wrapped = text[start] == '{' ? js_malloc(c, length + 4) : NULL;
  if (wrapped) {
    size_t size = snprintf(wrapped, length + 4, "(%s\n)", text);
    JSValue object = size < length + 4 ? compile_line(c, name, wrapped, size) : JS_UNDEFINED;
    js_free(c, wrapped);
    if (JS_IsException(object)) JS_FreeValue(c, JS_GetException(c));
    else if (!JS_IsUndefined(object)) return object;
  }
  JSValue compiled = compile_line(c, name, text, length);
  if (!JS_IsException(compiled)) return compiled;
  if (found_module_syntax) {
    JS_FreeValue(c, JS_GetException(c));
    return JS_ThrowSyntaxError(c, "a prompt takes no import or export: const name = await import('file.js')");
  }
  *incomplete = ended_early;
  return compiled;
}

bool is_module(JSValueConst compiled) { return JS_VALUE_GET_TAG(compiled) == JS_TAG_MODULE; }

JSValue run_main(JSContext *c, JSValue compiled) {
  if (is_module(compiled)) {
    main_module = JS_VALUE_GET_PTR(compiled);
    if (JS_ResolveModule(c, compiled) < 0) return JS_FreeValue(c, compiled), JS_EXCEPTION;
    JSValueConst code = main_module->func_obj;
    main_place.code = JS_VALUE_GET_TAG(code) == JS_TAG_FUNCTION_BYTECODE ? JS_VALUE_GET_PTR(code) : NULL;
  } else
    main_place.code = JS_VALUE_GET_PTR(compiled);
  if (main_place.code) JS_REF_COUNT(main_place.code)++; // for good
  return JS_EvalFunction(c, compiled);
}

JSValue module_value(JSContext *c) {
  if (!JS_IsUndefined(main_value)) return JS_DupValue(c, main_value);
  JSValue namespace = JS_GetModuleNamespace(c, main_module);
  if (JS_IsException(namespace)) return namespace;
  JSValue value = JS_GetPropertyStr(c, namespace, "default");
  JS_FreeValue(c, namespace);
  return value;
}

// --- Modules.

JSAtom own_global(uint32_t place) { return place < global_count ? globals[place].atom : JS_ATOM_NULL; }

JSValue compile_function(JSContext *c, const char *name, const char *text, size_t length) {
  found_module_syntax = false;
  JSValue function = JS_EvalInternal(c, c->global_obj, text, length, name, 0, JS_EVAL_TYPE_GLOBAL, -1);
  if (!found_module_syntax || !JS_IsException(function)) return function;
  JS_FreeValue(c, JS_GetException(c));
  return JS_UNDEFINED;
}

JSValue module_now(JSContext *c, const char *path) {
  JSModuleDef *module = js_host_resolve_imported_module(c, "", path, JS_UNDEFINED);
  if (!module || js_resolve_module(c, module) < 0) return JS_EXCEPTION;
  JSValue promise = JS_EvalFunction(c, JS_NewModuleValue(c, module)), found = JS_EXCEPTION;
  if (JS_IsException(promise)) return promise;
  switch (JS_PromiseState(c, promise)) {
  case JS_PROMISE_FULFILLED:
    found = JS_GetModuleNamespace(c, module);
    break;
  case JS_PROMISE_REJECTED:
    js_promise_set_handled(c, promise);
    JS_Throw(c, JS_PromiseResult(c, promise));
    break;
  default:
    JS_ThrowTypeError(c, "'%s' awaits at its top level: `await import()` can load it, and require can't", path);
  }
  JS_FreeValue(c, promise);
  return found;
}

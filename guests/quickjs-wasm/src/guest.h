// What the files of this guest share.
#pragma once

#include <string.h>

#include "common.h"
#include "quickjs.h"

// The file name of the prelude's scripts: their frames are left out of every stack.
#define PRELUDE "[llmspell]"

#define LENGTH(array) (int)(sizeof(array) / sizeof *(array))

typedef JSContext context;

// engine.c: QuickJS, and what takes a look into it
extern JSRuntime *runtime;
extern context *main_context;
void start_engine(void);
// heap.h: where things lie in the snapshot.
// Functions that there are by now show as native code: the prelude's sources are not needed, and take room.
void forget_sources(void);
void settle_heap(void); // at the end of the initialisation

// main.c: a script of the prelude as a function of raw, guest and these further parameters ("", or ", a, b").
JSValue compile_script(const char *parameters, const char *script, size_t length);
// A copy with a NUL behind it, as QuickJS wants names and texts. Free with free.
char *with_end(const uint8_t *text, size_t length);

// named.c: names that load a script of the prelude when they are first read.
void open_names(context *c, JSValue raw, JSValue guest);
// The value of the name that was defined with `opaque`. Called by the engine; thrown errors leave the name open.
JSValue load_name(context *c, const void *opaque);
// engine.c: a property that is `load_name`'s value from when it is first looked at. For programs it is one like any other.
void define_name(context *c, JSValueConst object, const char *name, const void *opaque, bool enumerable);

// The names that the prelude defines: those of the global object that were not there before.
void note_own_globals(void);

typedef enum { PLAIN, LIST, BOXED, DATE, ERROR, FUNCTION, PROMISE, PROXY, OTHER } kind;
kind kind_of(JSValueConst object);
// The primitive in a String, Number, Boolean or BigInt object. Borrowed.
JSValueConst unboxed(JSValueConst object);
// From now on what has this prototype is a reply.
void note_replies(JSValueConst prototype);
// 1: an array, also by way of proxies; 0: none; -1: thrown.
int is_list(context *c, JSValueConst object);
// As toISOString gives it.
JSValue date_text(context *c, JSValueConst date);
// A property's value where it is plain data, on the object or its prototypes: nothing of the spell runs. Else undefined.
JSValue data_of(context *c, JSValueConst object, const char *name);
// An own property's value; `otherwise` for one with a getter, which does not run.
JSValue own_data(context *c, JSValueConst object, JSAtom key, JSValueConst otherwise);
// Lets go of what WeakRefs kept during a job.
void release_kept(context *c);
// Whether nothing refers to it but one property, and the argument of the function that is called.
bool is_alone(JSValueConst object);
// Whether this is the engine's own error for memory that it was refused.
bool is_out_of_memory(context *c, JSValueConst error);
// Throws a TypeError, whose message may be of any length.
JSValue throw_text(context *c, const char *text);

// A copy of an object of the prelude's with plain data. Its fields cost nothing, while each of a literal is searched for.
enum { MOST_FIELDS = 32 };
JSValue copy_record(context *c, JSValueConst record);

// A promise that only `settle` settles, and that adopts no thenable.
JSValue new_promise(context *c);
void set_promise_prototype(context *c, JSValueConst prototype); // once, before the snapshot
void settle(context *c, JSValueConst promise, JSValueConst value, bool rejected);

// Calls a function with the arguments of a list.
JSValue apply(context *c, JSValueConst function, JSValueConst list);
// A promise as it is, or one of any other value, which is asked for a `then`.
JSValue adopt(context *c, JSValueConst value);

// Whose work goes on: the number of a task (0: the main chunk), and the id of the call of the host that it answers (0: none;
// they count from 1). The engine hands both on from job to job. Gives the scope before.
#define SCOPE(task, call) ((uint64_t)(task) << 32 | (uint32_t)(call))
#define TASK_OF(scope) ((uint32_t)((scope) >> 32))
uint64_t enter_scope(uint64_t scope);
uint64_t scope_now(void);
// The call that the spell is answering, for an import that wants to know; NULL: none.
uint64_t *within(void);

// Where calls of the spell stood when something was begun.
enum { FRAMES = 10 };
typedef struct {
  int count;
  struct {
    JSValue function;
    uint32_t position;
  } frames[FRAMES];
} trace;
void take_trace(trace *trace);
void free_trace(trace *trace);
// Writes the innermost place of the spell, as "file:line"; false: there is none, or too little room.
bool show_place(context *c, const trace *trace, char *to, size_t size);
// An Error's stack as it was taken when the error was made. Borrowed; undefined for what is no Error.
JSValueConst stack_of(JSValueConst error);
// Gives it another one; `trace` NULL: as of now.
void set_stack(context *c, JSValueConst error, const trace *trace);
// The same with where a task began to wait.
void set_stack_waiting(context *c, JSValueConst error, uint32_t task);
// "file:line", or undefined if it was not noted.
JSValue where_waiting(context *c, uint32_t task);
// Where what was thrown last was thrown, whatever it is; undefined if nothing was, or it was caught.
JSValue take_throw_stack(context *c);

// Compiles the main chunk: a script that may await and return, or a module. Nothing runs, and no module is loaded.
JSValue compile_main(context *c, const char *name, const char *text, size_t length);
bool is_module(JSValueConst compiled);
// Compiles a text of a prompt: its value is that of its last statement. `incomplete`: it ends too early, which is thrown.
JSValue compile_entry(context *c, const char *name, const char *text, size_t length, bool *incomplete);
// A promise of its end.
JSValue run_main(context *c, JSValue compiled);
// What a main module returned, or exports as default.
JSValue module_value(context *c);

// The prelude's globals, one after the other; JS_ATOM_NULL: there are no more.
JSAtom own_global(uint32_t place);
// The value of an expression whose text begins on line 0, so that the lines after it count from 1. Undefined: it uses
// `import` or `export`, and is a module.
JSValue compile_function(context *c, const char *name, const char *text, size_t length);
// A module's exports, if it does not wait for anything.
JSValue module_now(context *c, const char *path);

// alloc.c
extern const JSMallocFunctions allocator;
// Every one too many ends the run.
void keep_spare(void);
void count_out_of_memory(void);
bool was_out_of_memory(void);
// Ends the run, as one that is out of memory.
[[noreturn]] void end_out_of_memory(void);

// text.c
// A text for the host, from a string or a reply. Free with free_text. False: thrown, also for half a surrogate pair,
// which would trap the whole spell in the canonical ABI.
bool get_text(context *c, JSValueConst value, spell_string_t *text);
void free_text(context *c, const spell_string_t *text);
JSValue from_text(context *c, const spell_string_t *text);
// Replaces halves of surrogate pairs by U+FFFD.
void make_valid(char *text, size_t length);

// value.c: values as JSON text, exactly or not at all
typedef struct {
  context *c;
  char *data;
  size_t length, capacity;
  char small[1024];
} json_text;

// Where in a value something is: a list of steps that ends at the root. `object` finds cycles.
typedef struct path {
  const struct path *up;
  JSAtom key; // JS_ATOM_NULL: at `position`
  uint32_t position;
  const void *object;
  int depth;
} path;

// The prelude's: objects that inherit from `prototype` at once are no values, and go by this name in errors.
JSValue name_handles(context *c, JSValueConst this, int count, JSValueConst *arguments);
// The name of such an object, or NULL.
const char *handle_name(context *c, JSValueConst object);
// Encodes a value; false: thrown. Free with free_json, also then.
bool encode(context *c, JSValueConst value, int indent, json_text *json, spell_string_t *text);
// The same for what a run returns: a whole number is written as people know it, also where it was rounded.
bool encode_result(context *c, JSValueConst value, json_text *json, spell_string_t *text);
void free_json(json_text *json);
bool json_add(json_text *json, const char *bytes, size_t length);
static inline bool json_put(json_text *json, char byte) {
  if (json->length < json->capacity) return json->data[json->length++] = byte, true;
  return json_add(json, &byte, 1);
}
// The value of a JSON text, or throws what is wrong with it and where.
JSValue decode(context *c, const char *text, size_t length);
// The value of a JSON text of the host's, which it frees.
JSValue from_json(context *c, spell_string_t *json);
// Throws; gives false.
bool path_error(context *c, const path *at, const char *what);

// failure.c
// What a task that was cancelled gets where it waits.
JSValue make_cancelled(context *c);
// An Error of what the host said, which it frees. `trace` NULL: it arose here and now.
JSValue make_failure(context *c, failure_t *failure, const trace *trace);
JSValue throw_failure(context *c, failure_t *failure);
// If there are too many handles, collects those that only cycles hold, and frees the failure: try again.
bool make_room(failure_t *failure);
JSValue failure_setup(context *c, JSValueConst this, int count, JSValueConst *arguments);

// agent.c
// False: thrown, as it is no agent, or closed.
bool borrow_agent(context *c, JSValueConst value, OF(agent, borrow_agent_t) *agent);

// workflow.c: the same
bool borrow_workflow(context *c, JSValueConst value, OF(workflow, borrow_workflow_t) *workflow);

// operation.c
JSValue wrap_operation(context *c, OF(operation, own_operation_t) handle);
// Drops what is waited for in a task. Those who wait get `reason`; if that is undefined, they do not get on.
void stop_waits(context *c, uint32_t task, JSValueConst reason);
// How much is waited for in a task.
uint32_t count_waits(uint32_t task);
// False: it was dropped.
bool lend_operation(JSValueConst operation, OF(operation, borrow_operation_t) *lent);
// Runs jobs and operations until `promise` is settled and nothing is left. False: `value` is the error, and `stack` tells
// where it was thrown, for an error that does not know it itself.
// `module`: the promise is that of a main module's end.
// What listens stays, and what a text that failed waits for is dropped: for a prompt, from its first text on.
void keep_listeners(void);
// Drops what a text of a prompt has left over where it failed.
void drop_rest(context *c);
bool finish(context *c, JSValueConst promise, bool module, JSValue *value, JSValue *stack);

// handler.c
void set_server(JSValue serve, JSValue give_up);
void serve(context *c, JSValueConst operation, const OF(operation, call_t) *call);
// The asker of an operation's calls is gone. Safe in a finalizer: what answers them is told by `give_up_calls`.
void forget_calls(JSValueConst operation);
bool give_up_calls(context *c);
JSCFunction handler_answer, handler_refuse;

// rejection.c
void forget_rejections(context *c); // those that nothing has handled

// request.c
void name_what_is_given(void); // once, before the snapshot
// False: thrown.
bool begin(context *c, const exports_llmspell_spell_guest_request_t *request);

// random.c
uint64_t draw_seed(void); // for Math.random, from the host; never 0

// task.c
// Whether anything in the spell is a task, or a call of the host.
bool has_tasks(void);
// Whether a task was cancelled: errors in it are dropped.
bool is_cancelled(uint32_t task);
// Whether it can't wait for this any more: it is over, or was cancelled while it ran and has not been told.
bool refuses_waits(uint32_t task);
// The main chunk has ended.
void end_main(context *c, bool ok);
// What is left of tasks when no job is left.
typedef enum { OPEN, AGAIN, OVER, LOST } tasks_state; // LOST: thrown; an error that was not awaited
tasks_state tasks_idle(context *c);
// Raises an error where a task waits for one that can't end. False: there is none.
bool break_deadlock(context *c);

// rejection.c
void watch_rejections(void);
bool forgotten_rejection(context *c, JSValue *reason, JSValue *stack);
// What is rejected by what a timer throws: no promise of the spell's.
void set_thrower(JSValueConst promise);
// Adds to the message of an error that ended the run that it was one.
void tell_forgotten(spell_string_t *message);

// module.c
void open_modules(void);

// report.c
typedef exports_llmspell_spell_guest_script_error_t script_error;
// `stack` is for an error that has none.
void report(context *c, JSValueConst error, JSValueConst stack, bool running, script_error *found);
// The error of a result that JSON can't carry: says so.
JSValue unreturnable(context *c, JSValue error);

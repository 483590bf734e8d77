// What the files of this guest share.
#pragma once

#include <string.h>

#include "common.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

// The chunk name of the prelude's scripts. No source of a spell can be called so: those start with '@'.
#define PRELUDE "=[llmspell]"

// alloc.c
// `state` is NULL until there is one.
void *allocate(void *state, void *block, size_t old_size, size_t new_size);
// For what Lua asks without the collection that comes before it gives up elsewhere: the buffers of long strings.
void *allocate_or_collect(void *state, void *block, size_t old_size, size_t new_size);
void end_if_out_of_memory(lua_State *l, int status);
// Before the snapshot: else it can be that the first string that a spell makes moves all others, in each run anew.
void make_room_for_strings(lua_State *l);
void begin_afresh_in_chunks(lua_State *l); // at the end of the initialisation, see begin_afresh

// text.c
// An argument as text for the host. Borrowed from the Lua string at `index`: good as long as that is on the stack.
spell_string_t check_text(lua_State *l, int index);
void push_text(lua_State *l, const spell_string_t *text);
// The text of a string, number, reply or failure, which takes its place at `index`; else NULL.
const char *to_text(lua_State *l, int index, size_t *length);
const char *check_lstring(lua_State *l, int index, size_t *length);
const char *opt_lstring(lua_State *l, int index, const char *otherwise, size_t *length);
// 'r' for a reply, 'f' for a failure, 'a' for a table marked as list, else 0. Runs no metamethod.
int kind_of_table(lua_State *l, int index);
void open_text(lua_State *l);

// reply.c
void open_reply(lua_State *l); // once, when the prelude is there

// value.c: Lua values as JSON text, exactly or not at all.
// JSON text in the making. It lies in `small`, and beyond that in userdata at `slot`: an error leaks nothing.
typedef struct {
  lua_State *l;
  int slot;
  char *data;
  size_t length, capacity;
  char small[1024];
} json_text;

// Where in a value something is: a list of steps that ends at the root. `table` finds cycles.
typedef struct path {
  const struct path *up;
  const char *key; // NULL: at `position`
  size_t length;
  lua_Integer position; // from 1
  const void *table;
  int depth;
} path;

// Encodes the value at `index`; raises what can't be encoded, with its path. Pushes one stack slot, which holds the
// text together with `json`: pop it after use.
spell_string_t encode(lua_State *l, int index, json_text *json);
// Pushes the value of a JSON text, or raises what is wrong with it and where.
void decode(lua_State *l, const char *text, size_t length);
void json_begin(lua_State *l, json_text *json);
void json_add(json_text *json, const char *bytes, size_t length);
static inline void json_put(json_text *json, char c) {
  if (json->length < json->capacity) json->data[json->length++] = c;
  else json_add(json, &c, 1);
}
void encode_value(json_text *json, int index, const path *at, int indent);
int name_handles(lua_State *l); // the prelude's: tables with this metatable are no values, and go by its name in errors
int path_error(lua_State *l, const path *at, const char *what);

// number.c
// Writes the shortest text of a number that has decimals, if its digits make an integer below `limit`; else 0. `to`
// takes 20 bytes more than the limit has digits.
size_t write_decimals(char *to, lua_Number number, lua_Number limit);

// failure.c
// Pushes a failure of the host and frees it.
void push_failure(lua_State *l, failure_t *failure);
// Whether this is about too many handles. Then it is freed, and unreachable ones are dropped: to the collector
// they are so small that it would come too late.
bool make_room(lua_State *l, failure_t *failure);
// Sets the failure's file and line to where the spell is.
void place_failure(lua_State *l, int index);

// handle.c
// Pushes a handle as userdata, and gives the place that it lies at, to be filled in where it is 0.
int32_t *push_handle(lua_State *l, const char *kind, int32_t handle);
// The handle at `index`; raises if it is none, or closed.
int32_t check_handle(lua_State *l, int index, const char *kind);
// The handle at 1, which is closed from now on; 0 if it was.
int32_t take_handle(lua_State *l, const char *kind);
// Makes the metatable of a kind, once, before the snapshot; `close` is its finalizer.
int setup_handles(lua_State *l, const char *kind, lua_CFunction close);

// agent.c
// The agent at `index`, for a call; raises if it is none, or closed.
OF(agent, borrow_agent_t) borrow_agent(lua_State *l, int index);

// workflow.c: the same
OF(workflow, borrow_workflow_t) borrow_workflow(lua_State *l, int index);

// operation.c
int wrap_operation(lua_State *l, OF(operation, own_operation_t) handle);
int operation_next(lua_State *l), operation_wait_any(lua_State *l);

// scheduler.c
// The call that the running task answers, for imports that start work: NULL if none.
uint64_t *within(void);
// Whether this is the coroutine of a task, not one that a spell made.
bool is_task(lua_State *l);
// Whether this coroutine has yielded to wait. Then what it waits for lies on top of its stack, with a mark below it; both
// must be gone before it is resumed.
bool is_waiting(lua_State *thread);
// Pushes the mark.
void push_wait(lua_State *l);
// Where nothing can yield: waits for what is on top, and puts what came of it in its place.
void wait_here(lua_State *l);

// auxlib.c
// The innermost line of a source of the spell, from `level` outwards.
bool find_position(lua_State *l, int level, lua_Debug *info);

// main.c
// Calls a function with `job`, as light userdata. Gives `ok`, or false where an error escaped: it is reported, then.
bool protect(lua_CFunction function, void *job, const bool *ok, exports_llmspell_spell_guest_script_error_t *error);

// request.c
void begin(lua_State *l, const exports_llmspell_spell_guest_request_t *request);

// report.c
void report(lua_State *l, int status, bool running, exports_llmspell_spell_guest_script_error_t *error);
// Pushes where a thread is, or was when it failed: {traceback, file, line}. An error that it got from a task arose there.
void push_trace(lua_State *l, int error, lua_State *thread, int level);
// Pops such a trace, or nil, and keeps it for the report.
void take_trace(lua_State *l);
int keep_traceback(lua_State *l);
// Replaces the string on top by one that may cross: valid UTF-8, not too long.
void make_presentable(lua_State *l);
// Loads a source in text mode and remembers its name for error positions. Returns a status, pushes function or error.
int load_source(lua_State *l, const spell_string_t *name, const char *text, size_t length);

// The standard libraries, with replies taken for strings; coroutine.c: for spells that run in tasks.
int open_coroutine(lua_State *l), open_string(lua_State *l), open_table(lua_State *l), open_utf8(lua_State *l), open_math(lua_State *l), open_base(lua_State *l);

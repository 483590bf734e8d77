// Lua's allocator. Almost all that a script makes is small and dies soon: a list of free blocks per size beats malloc.
#include <stdlib.h>

#include "guest.h"
#include "ldo.h"
#include "lmem.h"
#include "lstate.h"
#include "lstring.h"

// Where a sanitizer watches, 0: it sees the ends of what malloc gives, and not of what lies in a chunk.
#ifndef LARGEST_IN_CHUNKS
#define LARGEST_IN_CHUNKS 512
#endif

// With malloc's header, a chunk is one page of memory.
enum { STEP = 16, LARGEST = LARGEST_IN_CHUNKS, CHUNK = 64 * 1024 - 16 };

enum { ERRORS = 3, VAIN = 8, MUCH = 1 << 20 };

typedef struct block {
  struct block *next;
} block;

static block *free_blocks[LARGEST / STEP];
static char *chunk, *chunk_end;

// Lua tells the old size, so a block needs no header. Small blocks never go back to malloc.
static void *take(size_t size) {
  size_t class = (size - 1) / STEP;
  block *found = free_blocks[class];
  if (found) {
    free_blocks[class] = found->next;
    return found;
  }
  size = (class + 1) * STEP;
  if ((size_t)(chunk_end - chunk) < size) {
    char *fresh = malloc(CHUNK);
    if (!fresh) return NULL; // Lua collects and asks again
    chunk = fresh;
    chunk_end = fresh + CHUNK;
  }
  void *taken = chunk;
  chunk += size;
  return taken;
}

static void give(void *memory, size_t size) {
  block *freed = memory;
  size_t class = (size - 1) / STEP;
  freed->next = free_blocks[class];
  free_blocks[class] = freed;
}

// Lua keeps the records of calls that have ended, for the next ones.
static void free_call_records(lua_State *l) {
  CallInfo *record = l->ci->next;
  l->ci->next = NULL;
  for (CallInfo *next; record; record = next, l->nci--) {
    next = record->next;
    luaM_free(l, record);
  }
}

// A run's stack: what most of them need.
enum { SLOTS = 96 };

// The same for blocks of chunks, records of calls, and the stack.
void begin_afresh_in_chunks(lua_State *l) {
  free_call_records(l);
  memset(free_blocks, 0, sizeof free_blocks);
  begin_afresh();
  if (!luaD_reallocstack(l, SLOTS, 0)) abort();
  begin_afresh(); // without the stack that was
  // A whole one: whether a run has to ask for another must not depend on what the prelude left of the last.
  chunk = malloc(CHUNK);
  if (!chunk) abort();
  chunk_end = chunk + CHUNK;
}

// The host ends a run whose growth it had to refuse too often.
static void end_out_of_memory(void) {
  for (;;) __builtin_wasm_memory_grow(0, INT16_MAX);
}

// An uncaught error that says so ends the run by its memory, too.
void end_if_out_of_memory(lua_State *l, int status) {
  const char *text = lua_type(l, -1) == LUA_TSTRING ? lua_tostring(l, -1) : "";
  if (status == LUA_ERRMEM || !strcmp(text, MEMERRMSG)) end_out_of_memory();
}

// Lua asks twice for what it can't have, the second time after a full collection, and then raises an error. A script
// may make do with less, but not swallow such errors for ever, nor live from one collection to the next. The host can't
// tell a collection that helped from an error: it ends a run whose growth it had to refuse too often. So errors are
// counted here, and one too many asks until that end.
static void count_failure(lua_State *l, size_t size) {
  static size_t asked;
  static int errors, vain;
  bool again = asked == size;
  asked = again ? 0 : size;
  const global_State *g = G(l);
  bool soon = gettotalbytes(g) < g->GCestimate + MUCH; // since the last collection, which left the estimate
  if (again ? ++errors > ERRORS : soon && ++vain > VAIN) end_out_of_memory();
}

static void *change(void *memory, size_t old_size, size_t new_size) {
  if (!memory) { // then `old_size` tells the kind of object
    if (!new_size) return NULL;
    return new_size <= LARGEST ? take(new_size) : malloc(new_size);
  }
  if (!new_size) {
    if (old_size <= LARGEST) give(memory, old_size); else free(memory);
    return NULL;
  }
  if (old_size > LARGEST && new_size > LARGEST) return realloc(memory, new_size);
  if (old_size <= LARGEST && new_size <= LARGEST && (old_size - 1) / STEP == (new_size - 1) / STEP) return memory;
  void *moved = new_size <= LARGEST ? take(new_size) : malloc(new_size);
  if (!moved) return NULL;
  memcpy(moved, memory, old_size < new_size ? old_size : new_size);
  if (old_size <= LARGEST) give(memory, old_size); else free(memory);
  return moved;
}

void *allocate(void *state, void *memory, size_t old_size, size_t new_size) {
  void *changed = change(memory, old_size, new_size);
  if (!changed && new_size && state) count_failure(state, new_size);
  return changed;
}

void *allocate_or_collect(void *state, void *memory, size_t old_size, size_t new_size) {
  void *changed = allocate(state, memory, old_size, new_size);
  if (changed || !new_size) return changed;
  lua_gc(state, LUA_GCCOLLECT);
  return allocate(state, memory, old_size, new_size);
}

void make_room_for_strings(lua_State *l) {
  stringtable *strings = &G(l)->strt;
  while (strings->size < 2 * strings->nuse) luaS_resize(l, 2 * strings->size);
}

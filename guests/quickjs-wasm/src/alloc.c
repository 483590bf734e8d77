// QuickJS's memory. It has lists of small blocks of its own; these are for its large ones.
#include <stdlib.h>

#include "guest.h"

enum { ERRORS = 3 };

// Room for the error itself, where there is no other.
enum { SPARE = 32 * 1024 };
static void *spare;

void keep_spare(void) { spare = malloc(SPARE); }

static void *take_cleared(void *unused, size_t count, size_t size) { return calloc(count, size); }
static void *take(void *unused, size_t size) { return malloc(size); }
static void give(void *unused, void *memory) {
  free(memory);
  if (!spare) keep_spare();
}
static void *change(void *unused, void *memory, size_t size) { return realloc(memory, size); }

const JSMallocFunctions allocator = {take_cleared, take, give, change, malloc_room};

// The host ends a run whose growth it had to refuse too often.
void end_out_of_memory(void) {
  for (;;) __builtin_wasm_memory_grow(0, INT16_MAX);
}

// A script may make do with less, but not swallow such errors for ever. The host can't tell an error from other
// refusals, so they are counted here.
static int errors;

bool was_out_of_memory(void) { return errors; }

void count_out_of_memory(void) {
  if (++errors > ERRORS) end_out_of_memory();
  free(spare);
  spare = NULL;
}

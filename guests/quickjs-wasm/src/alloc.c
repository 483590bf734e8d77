// QuickJS's memory. It has lists of small blocks of its own; these are for its large ones.
#include <stdlib.h>

#include "guest.h"

enum { ERRORS = 3 };

static void *take_cleared(void *unused, size_t count, size_t size) { return calloc(count, size); }
static void *take(void *unused, size_t size) { return malloc(size); }
static void give(void *unused, void *memory) { free(memory); }
static void *change(void *unused, void *memory, size_t size) { return realloc(memory, size); }

const JSMallocFunctions allocator = {take_cleared, take, give, change, malloc_room};

// A script may make do with less, but not swallow such errors for ever. The host can't tell an error from other
// refusals; it ends a run whose growth it had to refuse too often. So errors are counted here, and one too many asks
// until that end.
void count_out_of_memory(void) {
  static int errors;
  if (++errors > ERRORS)
    for (;;) __builtin_wasm_memory_grow(0, INT16_MAX);
}

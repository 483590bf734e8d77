// The memory of a run: libc's malloc, which the sanitizer watches, up to a limit. The linker leads calls of the glue and
// of the interpreter here (`--wrap`).
#include <malloc.h>
#include <stdlib.h>

#include "native.h"

void *__real_malloc(size_t size), *__real_calloc(size_t count, size_t size), *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);

static size_t used, limit = (size_t)64 << 20;

void limit_memory(size_t more) { limit = used + more; }

size_t malloc_room(const void *memory) { return memory ? malloc_usable_size((void *)memory) : 0; }

void begin_afresh(void) {} // there is no snapshot

static bool fits(size_t size) { return size <= limit && used <= limit - size; }

static void *counted(void *memory) {
  used += malloc_room(memory);
  return memory;
}

void *__wrap_malloc(size_t size) { return fits(size) ? counted(__real_malloc(size)) : NULL; }

void *__wrap_calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || !fits(bytes)) return NULL;
  return counted(__real_calloc(count, size));
}

void __wrap_free(void *memory) {
  used -= malloc_room(memory);
  __real_free(memory);
}

void *__wrap_realloc(void *memory, size_t size) {
  if (!memory) return __wrap_malloc(size);
  size_t before = malloc_room(memory);
  if (size > before && !fits(size - before)) return NULL;
  void *changed = __real_realloc(memory, size);
  if (changed) used += malloc_room(changed) - before;
  return changed;
}

// For what the double says: it never fails, and counts.
void *give_memory(size_t size) {
  void *memory = counted(__real_malloc(size));
  if (!memory) out_of_memory();
  return memory;
}

[[noreturn]] void out_of_memory(void) { end_run("memory"); }

// What traps in the guest.
[[noreturn]] void __wrap_abort(void) { end_run("abort"); }

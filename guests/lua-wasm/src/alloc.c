// Lua's allocator. Almost all that a script makes is small and dies soon: a list of free blocks per size beats malloc.
#include <stdlib.h>

#include "guest.h"

enum { STEP = 16, LARGEST = 512, CHUNK = 64 * 1024 };

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

void *allocate(void *unused, void *memory, size_t old_size, size_t new_size) {
  (void)unused;
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

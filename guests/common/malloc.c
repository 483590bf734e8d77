// malloc for the guests. libc's rounds large blocks up to powers of two and never merges them, and a spell has 64 MiB.
//
// Blocks tile the heap, and each tells its size and that of the block before it: a freed block merges with its free
// neighbours at once. Free blocks hang in lists by size, found by a bit each: no script can make a search long.
//
// Nothing calls what is missing here (aligned_alloc and its like): the linker would report it, as libc's brings its malloc.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

typedef struct block {
  size_t before;                  // the size of the block before this one; 0 if there is none
  size_t size;                    // with this header; the lowest bit tells whether it is in use
  alignas(16) struct block *next; // from here on the caller's, while it is in use
  struct block *previous;
} block;

#define UNIT ((size_t)16)
#define USED ((size_t)1)
#define HEADER offsetof(block, next)
#define PAGE ((size_t)65536)
#define LARGEST ((size_t)INT32_MAX - PAGE) // no sum below overflows

// Each power of two is split into eight lists, up to 4 GiB.
enum { FINE = 8, LISTS = 26 * FINE, LOOKS = 8 };

static block *lists[LISTS];
static uint32_t filled[(LISTS + 31) / 32];
static block *end;     // behind the last block: in use, and nothing but a header
static size_t last;    // the size of the last block, which stands here, not in front of `end`: that would be a page for itself
static size_t refused; // the least size of memory, in pages, that the host has refused

extern char __heap_base;

static size_t size_of(const block *b) { return b->size & ~USED; }
static block *after(block *b) { return (block *)((char *)b + size_of(b)); }
static block *ahead(block *b) { return (block *)((char *)b - b->before); }

static void set(block *b, size_t size, size_t used) {
  b->size = size | used;
  block *next = after(b);
  *(next == end ? &last : &next->before) = size;
}

static unsigned list_of(size_t size) {
  uint32_t units = size / UNIT;
  if (units < FINE) return units;
  unsigned log = 31 - __builtin_clz(units); // 3 at least
  return (log - 2) * FINE + (units >> (log - 3)) % FINE;
}

static void hang(block *b) {
  unsigned list = list_of(b->size);
  *b = (block){b->before, b->size, lists[list], NULL};
  if (b->next) b->next->previous = b;
  lists[list] = b;
  filled[list / 32] |= 1u << list % 32;
}

static void unhang(block *b) {
  unsigned list = list_of(b->size);
  if (b->next) b->next->previous = b->previous;
  if (b->previous) b->previous->next = b->next;
  else if (!(lists[list] = b->next)) filled[list / 32] &= ~(1u << list % 32);
}

static void release(block *b, size_t size) {
  block *next = (block *)((char *)b + size);
  if (!(next->size & USED)) unhang(next), size += next->size;
  if (b->before && !(ahead(b)->size & USED)) b = ahead(b), unhang(b), size += b->size;
  set(b, size, 0);
  hang(b);
}

// Adds memory to the heap: its last block, and free. If someone else has grown memory meanwhile, a gap remains.
static void add(char *from, char *to) {
  bool follows = end && from == (char *)end + HEADER;
  block *b = follows ? end : (block *)(((uintptr_t)from + UNIT - 1) & ~(UNIT - 1));
  b->before = follows ? last : 0;
  end = (block *)(to - HEADER);
  end->size = HEADER | USED;
  release(b, (char *)end - (char *)b);
}

// Asks the host once for `size` bytes more, and not at all for what it has refused: memory never shrinks.
static bool grow(size_t size) {
  size_t present = __builtin_wasm_memory_size(0), pages = (size + HEADER + PAGE - 1) / PAGE;
  if (refused && present + pages >= refused) return false;
  if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
    refused = present + pages;
    return false;
  }
  add((char *)(present * PAGE), (char *)((present + pages) * PAGE));
  return true;
}

static block *last_block(void) { return (block *)((char *)end - last); }

static size_t free_at_end(void) { return end && !(last_block()->size & USED) ? last : 0; }

static block *find(size_t size) {
  // Blocks of the size's own list may be too small; those of the lists behind it are not.
  unsigned list = list_of(size), looks = LOOKS;
  for (block *b = lists[list]; b && looks--; b = b->next)
    if (b->size >= size) return b;
  uint32_t bits = list % 32 == 31 ? 0 : filled[list / 32] >> (list % 32 + 1) << (list % 32 + 1);
  for (unsigned word = list / 32;; bits = filled[word]) {
    if (bits) return lists[word * 32 + __builtin_ctz(bits)];
    if (++word == sizeof filled / sizeof *filled) return NULL;
  }
}

// `b` has at least `size`: what is too much becomes a free block.
static void *use(block *b, size_t size) {
  size_t present = size_of(b);
  if (present - size < sizeof(block)) return set(b, present, USED), &b->next;
  set(b, size, USED);
  block *rest = after(b);
  release(rest, present - size);
  return &b->next;
}

static size_t with_header(size_t size) {
  size = (size + HEADER + UNIT - 1) & ~(UNIT - 1);
  return size < sizeof(block) ? sizeof(block) : size;
}

static void *no_memory(void) { return errno = ENOMEM, NULL; }

static void *take(size_t size, bool growing) {
  block *found = find(size);
  if (!found && free_at_end() >= size) found = last_block(); // one that `find` did not look at
  if (!found && growing && grow(size - free_at_end())) found = last_block();
  if (!found) return no_memory();
  unhang(found);
  return use(found, size);
}

void *malloc(size_t size) {
  if (size > LARGEST) return no_memory();
  if (!end) { // what the linker left of the last page
    char *from = &__heap_base, *to = (char *)(__builtin_wasm_memory_size(0) * PAGE);
    if (to - from >= 64) add(from, to);
  }
  return take(with_header(size), true);
}

void free(void *memory) {
  if (!memory) return;
  block *b = (block *)((char *)memory - HEADER);
  release(b, size_of(b));
}

size_t malloc_room(const void *memory) {
  return memory ? size_of((const block *)((const char *)memory - HEADER)) - HEADER : 0;
}

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return no_memory();
  void *memory = malloc(bytes);
  return memory ? memset(memory, 0, bytes) : NULL;
}

void *realloc(void *memory, size_t size) {
  if (!memory) return malloc(size);
  if (size > LARGEST) return no_memory();
  size = with_header(size);
  block *b = (block *)((char *)memory - HEADER);
  size_t present = size_of(b);
  if (size <= present) return use(b, size);
  // In place, if what follows is free or can be had.
  block *next = after(b);
  size_t room = present + (next->size & USED ? 0 : next->size);
  bool at_end = next == end || after(next) == end && !(next->size & USED), refusal = false;
  if (size > room && at_end) {
    refusal = !grow(size - room);
    if (!refusal) next = after(b), room = present + next->size;
  }
  if (size <= room) {
    unhang(next);
    set(b, room, USED);
    return use(b, size);
  }
  void *moved = take(size, !refusal);
  if (!moved) return NULL;
  memcpy(moved, memory, present - HEADER);
  free(memory);
  return moved;
}

// What a run finds free, so that most need not ask for memory: the end of what they get is a page that they'd write, too.
enum { ROOM = 48 * 1024 };

void begin_afresh(void) {
  free(malloc(free_at_end() < ROOM ? ROOM : 0));
  for (int list = 0; list < LISTS; list++)
    for (block *b = lists[list], *next; b; b = next) {
      next = b->next;
      if (after(b) == end) continue; // what comes next is taken from this one
      unhang(b);
      set(b, b->size, USED);
    }
}

// Where things lie in the snapshot's memory. Part of engine.c.
//
// A run gets its memory page by page: what it writes is copied back for the next run, at some 0.4 us a page, and wasmtime
// keeps no more than 32 ranges of such pages (MAX_REGIONS in its pagemap.rs). Above that it gives all the others back to
// the kernel, and the next run meets a page fault for each, which makes a start take twice as long. QuickJS writes all
// over the heap, as it counts references in the objects. So what is written lies together.

// A block's header is in front of it.
static int class_of(size_t bytes) { return arena_get_size_index(bytes + sizeof(JSMallocBlockHeader)); }

// Arenas of blocks of a size, one beside the other. The first block of each is never freed, nor is its arena then.
static void open_arenas(size_t bytes, int count) {
  while (count--)
    if (!arena_new(runtime, class_of(bytes)) || !js_arena_malloc(runtime, bytes)) abort();
}

// As much as the language's own objects and the prelude's need, before the first of them is made: objects are what a run
// writes most, and what they hold next (32 and 56 bytes), then 96 bytes. Too little or too much only costs time. The
// numbers are found by trying; tests/start.rs fails where a run writes too many ranges.
enum { OBJECT_ARENAS = 20, SMALL_ARENAS = 20, MEDIUM_ARENAS = 8 };

static void set_places_aside(void) {
  open_arenas(96, MEDIUM_ARENAS);
  open_arenas(56, SMALL_ARENAS);
  open_arenas(32, SMALL_ARENAS);
  open_arenas(sizeof(JSObject), OBJECT_ARENAS);
}

void forget_sources(void) {
  struct list_head *at;
  list_for_each(at, &runtime->gc_obj_list) {
    JSFunctionBytecode *function = list_entry(at, JSFunctionBytecode, header.link);
    if (JS_GC_TYPE(function) != JS_GC_OBJ_TYPE_FUNCTION_BYTECODE) continue;
    js_free_rt(runtime, function->source);
    function->source = NULL;
    function->source_len = 0;
  }
}

// A collection of cycles writes to every object that it looks at. Those of the snapshot stay for good, and what they hold
// as well: to the collector they are like the rest of the world outside.
static void freeze(void) {
  struct list_head *at, *next;
  list_for_each_safe(at, next, &runtime->gc_obj_list) {
    list_del(at);
    init_list_head(at); // so that it can be taken out once more, should the object be freed
  }
}

// Names of the snapshot stay for good, and their references are no longer counted: a count would be a write, somewhere in the
// heap. `constant_atoms` tells them; what also counts them as values never gets to the end.
static int constant_atoms = JS_ATOM_END;
enum { FOR_GOOD = 1 << 24, ROOM_FOR_ATOMS = 512 };

static void keep_atoms(void) {
  int first = runtime->atom_size, size = first + ROOM_FOR_ATOMS;
  JSAtomStruct **atoms = js_realloc_rt(runtime, runtime->atom_array, size * sizeof(*atoms));
  if (!atoms) abort();
  for (int i = 1; i < first; i++)
    if (!atom_is_free(atoms[i])) JS_REF_COUNT(atoms[i]) += FOR_GOOD;
  // The places that are free among them are not used again: what a run adds lies together.
  for (int i = first; i < size; i++) atoms[i] = atom_set_free(i + 1 < size ? i + 1 : 0);
  runtime->atom_array = atoms;
  runtime->atom_size = size;
  runtime->atom_free_index = constant_atoms = first;
}

// What is free in the arenas that there are lies among what a run only reads: nothing is put there. A block that a run frees
// is used again only where its arena was full.
static void close_arenas(void) {
  struct list_head *at, *next;
  for (int class = 0; class < JS_ARENA_BLOCK_SIZE_COUNT; class++)
    list_for_each_safe(at, next, &runtime->arena_state.free_arena_list[class]) {
      list_del(at);
      init_list_head(at); // so that it can be taken out once more, should the arena become empty
    }
}

// A run's first arenas. Small, as it uses nearly all of their sizes, and mostly little of each; two blocks at least.
enum { FIRST_ARENA = 1100 };

void settle_heap(void) {
  JS_RunGC(runtime);
  freeze();
  keep_atoms();
  make_places();
  begin_afresh();
  close_arenas();
  arena_bytes = FIRST_ARENA;
  for (int class = 0; class < JS_ARENA_BLOCK_SIZE_COUNT; class++)
    open_arenas(arena_block_sizes[class] - sizeof(JSMallocBlockHeader), 1);
  arena_bytes = JS_ARENA_SIZE;
}

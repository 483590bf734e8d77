// What all guests share.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spell.h"

// Generated names repeat package and interface: `OF(agent, create)` is `llmspell_spell_agent_create`.
#define OF(interface, name) llmspell_spell_##interface##_##name

typedef OF(types, failure_t) failure_t;

// bounds.c: the bounds of a value that crosses
extern struct bounds {
  size_t text; // bytes as JSON
  int parts, depth;
} most;
enum { MOST_DEPTH = 100 }; // whatever the operator sets
// Makes them those of the run.
void ask_bounds(void);
static inline bool fits_text(size_t length) { return length <= most.text || (ask_bounds(), length <= most.text); }
static inline bool fits_parts(int64_t count) { return count <= most.parts || (ask_bounds(), count <= most.parts); }
static inline bool fits_depth(int depth) { return depth <= most.depth || (ask_bounds(), depth <= most.depth); }
// What is said of one that does not fit; good until the next is asked for. `what`: "tables are", or nothing.
const char *too_long(void), *too_many_parts(void), *too_deep(const char *what);
// Of JSON text that the host gives: a model's reply, with what is escaped in it.
enum { MAX_FROM_HOST = 64 << 20 };

// malloc.c
// The bytes that `memory` from malloc can hold.
size_t malloc_room(const void *memory);
// Gives out nothing more between the blocks that there are: what comes from now on lies together, so that a run writes to
// few pages of the snapshot.
void begin_afresh(void);

// scan.c
// The first byte that is not part of valid UTF-8, or NULL.
const char *find_invalid_utf8(const char *text, size_t length);
// The first byte that JSON escapes in a string, or `end`.
const char *find_special(const char *text, const char *end);
// Writes a code point; gives where it ends.
char *put_utf8(char *to, unsigned code);

// digits.c
enum { DIGITS = 21 }; // of the longest integer, with its sign and one to spare
// Writes a number without a NUL; gives the length.
size_t write_integer(char *to, int64_t number);

// missing.c: names that are not there, and what does their work, from words.toml
typedef struct {
  const char *name, *way;
} way;
// In the order of the names. Written by xtask, into prelude.c.
extern const way ways[];
extern const size_t count_of_ways;
// The sentence, or NULL.
const char *find_way(const char *name);
// The name that another one is probably a misspelling of: of all that are compared with it.
typedef struct {
  const char *name;
  size_t length;
  unsigned far;
  char best[41];
} likeness;
void look_for(likeness *like, const char *name);
void compare_name(likeness *like, const char *candidate, size_t length);
// "did you mean 'x'?", or NULL.
const char *tell_likeness(const likeness *like);

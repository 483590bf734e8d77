// What all guests share.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spell.h"

// Generated names repeat package and interface: `OF(agent, create)` is `llmspell_spell_agent_create`.
#define OF(interface, name) llmspell_spell_##interface##_##name

typedef OF(types, failure_t) failure_t;

// The bounds of a value that crosses.
enum { MAX_DEPTH = 64, MAX_NODES = 100000, MAX_TEXT = 1 << 20 };
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

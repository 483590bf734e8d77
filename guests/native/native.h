// A guest as a native program, so that sanitizers can look at the C in it. The host it talks to is a double: it answers
// each import with something plausible, or with something hostile, and does none of the work.
#pragma once

#include "common.h"

typedef OF(operation, own_operation_t) own_operation;

// main.c
// Ends the run in a way that is no fault, as the host would.
[[noreturn]] void end_run(const char *how);
// The glue broke what the canonical ABI or the contract asks for: a trap in the real guest, and a fault here.
[[noreturn]] void broken(const char *what);

// memory.c: as much as a spell has, or less
[[noreturn]] void out_of_memory(void);
void limit_memory(size_t more); // from now on
void *give_memory(size_t size); // beyond the limit too; free() takes it

// answer.c: what the double says
extern bool hostile;
void seed_chance(uint64_t seed);
uint64_t chance(void);
unsigned choose(unsigned many);
// A copy in a block that ends where it ends; NULL and a length of 0 as the bindings make them.
spell_string_t text_of(const char *text);
spell_string_t bytes_of(const void *bytes, size_t length);
// The text given, or in a hostile run maybe any other JSON, or none.
spell_string_t json_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
void mutate(spell_string_t *text);
// A failure, with details. Gives false.
bool fail(failure_t *failure, const char *code, const char *message);
// Whether a hostile host refuses this call.
bool refuses(failure_t *failure);
// Reads every byte of what the glue passed; invalid UTF-8 would trap.
void hear(const spell_string_t *text);
void hear_number(const uint64_t *number); // NULL: none was passed
// Gives the text of a member of a flat JSON object, as a new string; NULL if it has none.
char *member(const spell_string_t *json, const char *name);
char *copy_text(const spell_string_t *text);

// operation.c
// Done with this JSON, which it takes.
own_operation operation_of(spell_string_t result);
own_operation failed_operation(const char *code, const char *message);
// Some pieces first.
own_operation streamed_operation(unsigned chunks, spell_string_t result);
// First calls these handlers with the same arguments; done with the last answer if `result` is empty.
own_operation calling_operation(const uint64_t *handlers, size_t count, const spell_string_t *arguments, spell_string_t result);
own_operation sleeping_operation(uint64_t milliseconds, spell_string_t result);
// The one that brings events; has none to wait for once `finished`.
own_operation inbox_operation(void);
void put_into_inbox(uint64_t handler, const char *event);
void finish_inbox(void);
uint64_t time_now(void); // milliseconds of a clock that only sleeping moves

// tool.c, hook.c
// Handlers that the spell has registered, for a hostile host that calls them when it likes; any number if there are none.
void note_handler(uint64_t handler);
uint64_t any_handler(void);

// The language's main.c
void initialise(void);

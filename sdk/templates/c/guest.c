// A language whose spells are lines: `print TEXT`, `sleep MILLISECONDS`, `fail TEXT`, `# REMARK`.
//
// No library, no generated code: each structure below is a type of wit/ as it lies in memory.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *at;
  size_t length;
} text;

typedef struct {
  uint8_t some;
  text value;
} option_text;

typedef struct {
  uint8_t some;
  uint32_t value;
} option_number;

typedef struct {
  text name, version;
  const text *extensions;
  size_t extension_count;
  const text *features;
  size_t feature_count;
} language;

typedef struct {
  uint8_t phase; // check, run
  text message;
  option_text code, details, file;
  option_number line, column;
  option_text traceback;
} script_error;

typedef struct {
  uint8_t is_error;
  union {
    option_text value;
    script_error error;
  };
} outcome;

typedef struct {
  text code, message;
  option_text details;
} failure;

// `chunk`, `call`, `done`, `other`; a call has numbers of eight bytes, so what comes behind the tag begins at the eighth.
typedef struct {
  _Alignas(8) uint8_t tag;
  struct {
    _Alignas(8) uint8_t is_error;
    union {
      text value;
      failure error;
    };
  } done;
} step;
enum { DONE = 2 };

#define IMPORT(interface, name) \
  __attribute__((import_module("llmspell:spell/" interface "@0.1.0"), import_name(name))) extern
#define EXPORT(name) __attribute__((export_name("llmspell:spell/guest@0.1.0#" name)))

IMPORT("output", "print") void print(const char *at, size_t length);
IMPORT("operation", "sleep") int32_t begin_sleep(uint64_t milliseconds);
IMPORT("operation", "[method]operation.next") void next(int32_t operation, step *ret);
IMPORT("operation", "[resource-drop]operation") void drop(int32_t operation);

extern char __heap_base;
static uintptr_t heap; // its end; nothing is ever freed: an instance is used for one run

// The host asks for memory here to put arguments and answers in.
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
  if (!heap) heap = (uintptr_t)&__heap_base;
  uintptr_t at = (heap + 7) & ~(uintptr_t)7, end = at + size;
  if (end < at) __builtin_trap();
  uintptr_t most = __builtin_wasm_memory_size(0) << 16;
  if (end > most && __builtin_wasm_memory_grow(0, (end - most + 65535) >> 16) == (size_t)-1) __builtin_trap();
  for (size_t i = 0; i < old_size && i < size; i++) ((char *)at)[i] = ((char *)old)[i];
  heap = end;
  return (void *)at;
}

#define TEXT(literal) ((text){literal, sizeof literal - 1})

EXPORT("describe") const language *describe(void) {
  static const text extensions[] = {TEXT("EXTENSION")};
  static const language self = {TEXT("NAME"), TEXT("0.1"), extensions, 1, NULL, 0};
  return &self;
}

EXPORT("check") outcome *check(const char *name, size_t name_length, const char *source, size_t length) {
  static outcome fine; // all lines are lines
  return &fine;
}

// Waits for the last step. What it failed with, if it did.
static const failure *finish(int32_t operation) {
  static step one;
  do next(operation, &one);
  while (one.tag != DONE);
  drop(operation);
  return one.done.is_error ? &one.done.error : NULL;
}

static bool begins(text line, text word, text *rest) {
  if (line.length < word.length || (line.length > word.length && line.at[word.length] != ' ')) return false;
  for (size_t i = 0; i < word.length; i++)
    if (line.at[i] != word.at[i]) return false;
  size_t from = line.length > word.length ? word.length + 1 : word.length;
  *rest = (text){line.at + from, line.length - from};
  return true;
}

// What went wrong, if something did.
static const failure *play(text line) {
  static failure problem;
  text rest;
  if (!line.length || line.at[0] == '#') return NULL;
  if (begins(line, TEXT("print"), &rest)) {
    print(rest.at, rest.length);
    print("\n", 1);
    return NULL;
  }
  if (begins(line, TEXT("sleep"), &rest)) {
    uint64_t milliseconds = 0;
    for (size_t i = 0; i < rest.length && rest.at[i] >= '0' && rest.at[i] <= '9' && milliseconds < 1000000000; i++)
      milliseconds = milliseconds * 10 + (uint64_t)(rest.at[i] - '0');
    return finish(begin_sleep(milliseconds));
  }
  problem = (failure){.message = begins(line, TEXT("fail"), &rest) ? rest : TEXT("there is no such word")};
  return &problem;
}

// The record `request`, field by field: C would pass structures by their address.
EXPORT("run") outcome *run(const char *name, size_t name_length, const char *at, size_t length, const char *parameters,
                           size_t parameters_length, const text *arguments, size_t count) {
  text source = {at, length};
  static outcome ended;
  uint32_t number = 1;
  for (size_t from = 0; from < source.length; number++) {
    size_t to = from;
    while (to < source.length && source.at[to] != '\n') to++;
    const failure *wrong = play((text){source.at + from, to - from});
    if (wrong) {
      ended.is_error = 1;
      ended.error = (script_error){1, wrong->message, {wrong->code.length > 0, wrong->code}, wrong->details,
                                   {1, {name, name_length}}, {1, number}, {0, 0}, {0, {NULL, 0}}};
      return &ended;
    }
    from = to + 1;
  }
  return &ended;
}

// What the double says: texts in blocks of their own, each as long as it has to be, so that the sanitizer sees a read
// beyond their end.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"

bool hostile;
static uint64_t state = 1;

void seed_chance(uint64_t seed) { state = seed * 0x9e3779b97f4a7c15 | 1; }

uint64_t chance(void) { // xorshift64*
  state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
  return state * 0x2545f4914f6cdd1d;
}

unsigned choose(unsigned many) { return (chance() >> 32) % many; }

spell_string_t bytes_of(const void *bytes, size_t length) {
  // As the bindings' cabi_realloc: an empty list has an address that must not be read.
  if (!length) return (spell_string_t){(uint8_t *)1, 0};
  uint8_t *copy = give_memory(length);
  memcpy(copy, bytes, length);
  return (spell_string_t){copy, length};
}

spell_string_t text_of(const char *text) { return bytes_of(text, strlen(text)); }

char *copy_text(const spell_string_t *text) {
  char *copy = give_memory(text->len + 1);
  memcpy(copy, text->ptr, text->len);
  copy[text->len] = 0;
  return copy;
}

static const char *const pieces[] = {
    "null", "true", "{}", "[]", "\"\"", "0", "-0.0", "-", "1e999", "9223372036854775808", "-9223372036854775808", "1.5e-300",
    "[[[[[[[[", "{\"text\":", "\"text\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\", "\"a\":1,", "{\"__proto__\":{}}",
    "\xc3\xa4", "\xf0\x9f\x98\x80", "\xff", "\xe2\x82", ",", "]", "}", ":", " ", "\n", "{\"text\":\"x\",\"calls\":[1,2]}", "nul",
    "{\"code\":\"x\",\"message\":{}}", "{\"handlers\":[1]}", "{\"result\":null,\"error\":7}", "123456789012345678", "1."};
enum { PIECES = sizeof pieces / sizeof *pieces };

static spell_string_t any_json(void) {
  char text[4096];
  size_t length = 0, nested = choose(8) ? 0 : choose(100);
  for (size_t i = 0; i < nested; i++) text[length++] = '[';
  for (unsigned left = choose(6); left--;) length += (size_t)sprintf(text + length, "%s", pieces[choose(PIECES)]);
  for (size_t i = 0; i < nested; i++) text[length++] = ']';
  if (choose(12)) return bytes_of(text, length);
  // Long.
  size_t size = 1 + choose(1 << 18);
  char *much = give_memory(size + 2);
  memset(much, 'a' + (int)choose(26), size + 2);
  much[0] = '"', much[size + 1] = choose(2) ? '"' : '\\';
  spell_string_t made = bytes_of(much, size + 2);
  free(much);
  return made;
}

void mutate(spell_string_t *text) {
  for (unsigned left = 1 + choose(4); left--;) {
    const char *piece = pieces[choose(PIECES)];
    size_t size = choose(3) ? strlen(piece) : 0, at = choose((unsigned)text->len + 1), cut = choose(3) ? 0 : choose(4);
    if (cut > text->len - at) cut = text->len - at;
    char *changed = give_memory(text->len + size + 1);
    if (at) memcpy(changed, text->ptr, at);
    memcpy(changed + at, piece, size);
    if (text->len - at - cut) memcpy(changed + at + size, text->ptr + at + cut, text->len - at - cut);
    size_t length = text->len + size - cut;
    if (length && !choose(4)) changed[choose((unsigned)length)] ^= (char)(1 << choose(8));
    spell_string_free(text);
    *text = bytes_of(changed, length);
    free(changed);
  }
}

spell_string_t json_of(const char *format, ...) {
  if (hostile && !choose(3)) return any_json();
  va_list arguments;
  char *text;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (length < 0) end_run("memory");
  spell_string_t made = bytes_of(text, (size_t)length);
  free(text);
  if (hostile && !choose(3)) mutate(&made);
  return made;
}

bool fail(failure_t *failure, const char *code, const char *message) {
  failure->code = text_of(code), failure->message = text_of(message);
  if ((failure->details.is_some = choose(2))) failure->details.val = json_of("{\"provider\":\"native\",\"status\":429}");
  return false;
}

bool refuses(failure_t *failure) {
  static const char *const codes[] = {"denied", "not-found", "invalid", "too-large", "timeout", "handles", "nesting", "closed",
                                      "script", "tool", "internal", "conflict", "quota", "cancelled", "", "Ä\"\n"};
  if (!hostile || choose(4)) return false;
  char message[600];
  memset(message, 'm', sizeof message);
  message[choose(sizeof message)] = 0;
  message[sizeof message - 1] = 0;
  fail(failure, codes[choose(sizeof codes / sizeof *codes)], message);
  return true;
}

void hear(const spell_string_t *text) {
  if (text && find_invalid_utf8((const char *)text->ptr, text->len)) broken("a text for the host is not valid UTF-8");
}

void hear_number(const uint64_t *number) {
  static volatile uint64_t heard;
  if (number) heard = *number;
}

char *member(const spell_string_t *json, const char *name) {
  char *text = copy_text(json), mark[64], *found;
  snprintf(mark, sizeof mark, "\"%s\":\"", name);
  if ((found = strstr(text, mark))) {
    found += strlen(mark);
    found = strndup(found, strcspn(found, "\""));
  }
  free(text);
  return found;
}

// Errors of a script, as the host wants them.
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

// What a script can make of its error text is cut here: it goes into logs and receipts.
enum { MAX_SHOWN = 64 * 1024 };

// Fills a field with valid UTF-8 that is not too long.
static void fill(spell_string_t *field, const char *text, size_t length) {
  bool cut = length > MAX_SHOWN;
  if (cut) length = MAX_SHOWN;
  char *copy = malloc(length + 4);
  if (!copy) abort();
  memcpy(copy, text, length);
  make_valid(copy, length);
  const char *half = find_invalid_utf8(copy, length); // of the character that was cut
  if (half) length = half - copy;
  if (cut) memcpy(copy + length, "...", 3), length += 3;
  *field = (spell_string_t){(uint8_t *)copy, length};
  if (!length) free(copy), field->ptr = NULL;
}

static void fill_option(spell_option_string_t *field, const char *text, size_t length) {
  field->is_some = true;
  fill(&field->val, text, length);
}

static void forget_error(context *c) { JS_FreeValue(c, JS_GetException(c)); }

// A text that is plain data of the error, or NULL.
static const char *data_text(context *c, JSValueConst error, const char *name, size_t *length) {
  JSValue value = data_of(c, error, name);
  const char *text = JS_IsString(value) ? JS_ToCStringLen(c, length, value) : NULL;
  JS_FreeValue(c, value);
  if (!text && JS_HasException(c)) forget_error(c);
  return text;
}

// "TypeError: what is wrong", or the one where there is not the other. Plain errors and failures need no name.
static bool take_message(context *c, JSValueConst error, script_error *found) {
  size_t length, name_length;
  const char *message = data_text(c, error, "message", &length);
  if (!message) return false;
  const char *name = data_text(c, error, "name", &name_length);
  if (!name || !strcmp(name, "Error") || !strcmp(name, "Failure") || name_length > 100) {
    fill(&found->message, message, length);
  } else {
    char *text = malloc(name_length + 2 + length + 1);
    if (!text) abort();
    memcpy(text, name, name_length), memcpy(text + name_length, ": ", 2), memcpy(text + name_length + 2, message, length);
    fill(&found->message, text, name_length + (length ? 2 + length : 0));
    free(text);
  }
  JS_FreeCString(c, name);
  JS_FreeCString(c, message);
  return true;
}

// Whatever was thrown, as text. A spell's own toString may fail; what is reported then is still an error. (One that
// never ends spends the run's fuel or time, and is reported as that.)
static void render(context *c, JSValueConst value, script_error *found) {
  json_text json;
  spell_string_t text;
  bool data = JS_IsObject(value) && (kind_of(value) == PLAIN || kind_of(value) == LIST);
  if (data) {
    bool good = encode(c, value, 0, &json, &text);
    if (good) fill(&found->message, (char *)text.ptr, text.len);
    else forget_error(c);
    free_json(&json);
    if (good) return;
  }
  size_t length;
  JSValue string = JS_IsSymbol(value) ? JS_NewString(c, "a symbol was thrown") : JS_ToString(c, value);
  const char *shown = JS_IsException(string) ? NULL : JS_ToCStringLen(c, &length, string);
  JS_FreeValue(c, string);
  if (shown) {
    fill(&found->message, shown, length);
    JS_FreeCString(c, shown);
  } else {
    static const char unknown[] = "an error value that can't be shown";
    forget_error(c);
    fill(&found->message, unknown, sizeof unknown - 1);
  }
}

// What led to an error: of its `cause`, and of the `errors` in an AggregateError, so much is shown.
enum { MAX_INNER = 4000, MAX_ONE = 500, MAX_ERRORS = 10, MAX_CAUSES = 4 };
typedef struct {
  char text[MAX_INNER + MAX_ONE];
  size_t length;
} inner;

static void add_inner(inner *to, const char *text, size_t length) {
  if (to->length > MAX_INNER) return;
  if (length > MAX_ONE) length = MAX_ONE;
  memcpy(to->text + to->length, text, length);
  to->length += length;
}

static void add_causes(context *c, JSValueConst error, inner *to, int depth);

// As data: nothing of the spell runs.
static void add_cause(context *c, JSValueConst cause, inner *to, int depth) {
  script_error shown = {0};
  if (JS_IsObject(cause)) {
    if (kind_of(cause) != ERROR || !take_message(c, cause, &shown)) return add_inner(to, "an object", strlen("an object"));
    add_inner(to, (char *)shown.message.ptr, shown.message.len);
    exports_llmspell_spell_guest_script_error_free(&shown);
    return add_causes(c, cause, to, depth);
  }
  size_t length;
  const char *text = JS_IsSymbol(cause) ? NULL : JS_ToCStringLen(c, &length, cause);
  if (text) add_inner(to, text, length);
  else if (JS_HasException(c)) forget_error(c);
  JS_FreeCString(c, text);
}

static void add_causes(context *c, JSValueConst error, inner *to, int depth) {
  if (depth == MAX_CAUSES) return;
  JSValue cause = data_of(c, error, "cause"), errors = data_of(c, error, "errors");
  if (!JS_IsUndefined(cause)) {
    add_inner(to, " (cause: ", strlen(" (cause: "));
    add_cause(c, cause, to, depth + 1);
    add_inner(to, ")", 1);
  }
  int64_t count = 0;
  bool list = JS_IsArray(errors) && !JS_IsProxy(errors) && !JS_GetLength(c, errors, &count);
  for (int64_t i = 0; list && i < count && i <= MAX_ERRORS; i++) {
    char number[40];
    bool more = i == MAX_ERRORS;
    add_inner(to, number, snprintf(number, sizeof number, more ? "; and %lld more" : i ? "; %lld: " : " (%lld: ",
                                   (long long)(more ? count - i : i + 1)));
    if (more) break;
    JSAtom place = JS_NewAtomUInt32(c, i);
    JSValue one = own_data(c, errors, place, JS_UNDEFINED);
    JS_FreeAtom(c, place);
    if (JS_IsException(one)) forget_error(c);
    else add_cause(c, one, to, depth + 1);
    JS_FreeValue(c, one);
  }
  if (list && count) add_inner(to, ")", 1);
  JS_FreeValue(c, cause);
  JS_FreeValue(c, errors);
}

static void append_causes(context *c, JSValueConst error, script_error *found) {
  inner causes = {.length = 0};
  add_causes(c, error, &causes, 0);
  size_t length = found->message.len;
  if (!causes.length || length > MAX_SHOWN) return;
  char *text = malloc(length + causes.length);
  if (!text) abort();
  memcpy(text, found->message.ptr, length);
  memcpy(text + length, causes.text, causes.length);
  free(found->message.ptr);
  fill(&found->message, text, length + causes.length);
  free(text);
}

static void take_failure(context *c, JSValueConst error, script_error *found) {
  size_t length;
  const char *code = data_text(c, error, "code", &length);
  if (!code) return;
  fill_option(&found->code, code, length);
  JS_FreeCString(c, code);
  JSValue details = data_of(c, error, "details");
  json_text json;
  spell_string_t text;
  if (JS_IsObject(details)) {
    if (encode(c, details, 0, &json, &text)) {
      found->details.is_some = true;
      spell_string_dup_n(&found->details.val, (char *)text.ptr, text.len);
    } else
      forget_error(c);
    free_json(&json);
  }
  JS_FreeValue(c, details);
}

// Takes ":number" off the end.
static bool take_number(const char *start, const char **end, uint32_t *number) {
  const char *p = *end;
  uint64_t value = 0, unit = 1;
  for (; p > start && p[-1] >= '0' && p[-1] <= '9' && unit < 10000000000; p--, unit *= 10) value += (p[-1] - '0') * unit;
  if (p == *end || p == start || p[-1] != ':' || value > UINT32_MAX) return false;
  *number = (uint32_t)value;
  *end = p - 1;
  return true;
}

// "at name (file:line:column)" or "at file:line:column": where that is.
static bool take_place(const char *line, size_t length, script_error *found) {
  const char *start = line + strlen("at "), *end = line + length;
  uint32_t row, column;
  if (end[-1] == ')') {
    const char *open = NULL;
    for (const char *p = start; p + 1 < end; p++)
      if (p[0] == ' ' && p[1] == '(') open = p + 2;
    if (!open) return false;
    start = open, end--;
  }
  if (!take_number(start, &end, &column) || !take_number(start, &end, &row)) return false;
  fill_option(&found->file, start, end - start);
  found->line = (spell_option_u32_t){true, row};
  found->column = (spell_option_u32_t){true, column};
  return true;
}

// Without what is not the spell's: functions in C. The main chunk has no name.
static void take_stack(const char *stack, bool running, script_error *found) {
  char *kept = malloc(strlen(stack) + 1), *to = kept;
  if (!kept) abort();
  while (*stack) {
    stack += strspn(stack, " \n");
    size_t length = strcspn(stack, "\n");
    const char *line = stack;
    stack += length;
    if (length < 4 || strncmp(line, "at ", 3) || (length > 9 && !strncmp(line + length - 9, " (native)", 9))) continue;
    if (!found->line.is_some) take_place(line, length, found);
    if (to > kept) *to++ = '\n';
    static const char main[] = "at <eval> (";
    if (!strncmp(line, main, sizeof main - 1)) {
      memcpy(to, "at ", 3), memcpy(to + 3, line + sizeof main - 1, length - sizeof main);
      to += 3 + length - sizeof main;
    } else {
      memcpy(to, line, length);
      to += length;
    }
  }
  if (running && to > kept) fill_option(&found->traceback, kept, to - kept);
  free(kept);
}

void report(context *c, JSValueConst error, JSValueConst stack, bool running, script_error *found) {
  memset(found, 0, sizeof *found);
  found->phase = running ? EXPORTS_LLMSPELL_SPELL_GUEST_PHASE_RUN : EXPORTS_LLMSPELL_SPELL_GUEST_PHASE_CHECK;
  if (JS_IsObject(error) && kind_of(error) == ERROR) {
    take_failure(c, error, found);
    if (!take_message(c, error, found)) render(c, error, found);
    append_causes(c, error, found);
    stack = stack_of(error);
  } else
    render(c, error, found);
  const char *text = JS_IsString(stack) ? JS_ToCString(c, stack) : NULL;
  if (text) take_stack(text, running, found);
  JS_FreeCString(c, text);
}

JSValue unreturnable(context *c, JSValue error) {
  static const char before[] = "the spell's result can't be returned: ";
  size_t length;
  const char *message = JS_IsObject(error) ? data_text(c, error, "message", &length) : NULL;
  if (!message) return error;
  char *text = malloc(sizeof before + length);
  if (!text) abort();
  memcpy(text, before, sizeof before - 1);
  memcpy(text + sizeof before - 1, message, length + 1);
  JS_FreeCString(c, message);
  throw_text(c, text);
  free(text);
  JS_FreeValue(c, error);
  return JS_GetException(c);
}

// State of the double: values by scope and key, for one run.
#include <stdlib.h>
#include <string.h>

#include "native.h"

typedef OF(state, entry_t) entry;
typedef OF(state, answer_t) answer;

enum { MOST = 1000 };
static struct {
  char *scope, *key, *value;
  uint64_t version;
} entries[MOST];
static size_t count;

static bool same(const char *text, const spell_string_t *other) {
  return strlen(text) == other->len && !memcmp(text, other->ptr, other->len);
}

static size_t place_of(const spell_string_t *scope, const spell_string_t *key) {
  size_t place = 0;
  while (place < count && !(same(entries[place].scope, scope) && same(entries[place].key, key))) place++;
  return place;
}

static entry entry_at(size_t place) {
  entry made = {.key = text_of(entries[place].key), .version = entries[place].version};
  if ((made.value.is_some = choose(16))) made.value.val = json_of("%s", entries[place].value);
  if ((made.expires_at.is_some = !choose(4))) made.expires_at.val = chance();
  return made;
}

// With hooks on it, an operation of the same.
static bool give(spell_string_t result, answer *ret) {
  ret->tag = choose(8) ? LLMSPELL_SPELL_STATE_ANSWER_DONE : LLMSPELL_SPELL_STATE_ANSWER_WAITING;
  if (ret->tag == LLMSPELL_SPELL_STATE_ANSWER_DONE) ret->val.done = result;
  else ret->val.waiting = operation_of(result);
  return true;
}

bool OF(state, get)(spell_string_t *scope, spell_string_t *key, uint64_t *within, OF(state, found_t) *ret, failure_t *err) {
  hear(scope), hear(key), hear_number(within);
  if (refuses(err)) return false;
  size_t place = place_of(scope, key);
  ret->tag = choose(8) ? LLMSPELL_SPELL_STATE_FOUND_DONE : LLMSPELL_SPELL_STATE_FOUND_WAITING;
  if (ret->tag == LLMSPELL_SPELL_STATE_FOUND_DONE) {
    if ((ret->val.done.is_some = place < count)) ret->val.done.val = entry_at(place);
  } else
    ret->val.waiting =
        operation_of(place < count ? json_of("{\"value\":%s,\"version\":1}", entries[place].value) : json_of("null"));
  return true;
}

bool OF(state, put)(spell_string_t *scope, spell_string_t *key, spell_string_t *value, spell_string_t *options, uint64_t *within,
                    answer *ret, failure_t *err) {
  hear(scope), hear(key), hear(value), hear(options), hear_number(within);
  if (refuses(err)) return false;
  size_t place = place_of(scope, key);
  bool existed = place < count;
  if (place == MOST) return fail(err, "quota", "there are 1000 entries");
  if (existed) free(entries[place].value);
  else entries[count].scope = copy_text(scope), entries[count++].key = copy_text(key);
  entries[place].value = copy_text(value);
  return give(json_of("{\"version\":%u,\"existed\":%s}", (unsigned)++entries[place].version, existed ? "true" : "false"), ret);
}

bool OF(state, delete)(spell_string_t *scope, spell_string_t *key, spell_string_t *options, uint64_t *within, answer *ret,
                       failure_t *err) {
  hear(scope), hear(key), hear(options), hear_number(within);
  if (refuses(err)) return false;
  size_t place = place_of(scope, key);
  if (place == count) return give(json_of("{\"version\":0,\"existed\":false}"), ret);
  free(entries[place].scope), free(entries[place].key), free(entries[place].value);
  entries[place] = entries[--count];
  memset(&entries[count], 0, sizeof *entries);
  return give(json_of("{\"version\":0,\"existed\":true}"), ret);
}

bool OF(state, increment)(spell_string_t *scope, spell_string_t *key, spell_string_t *by, spell_string_t *options, uint64_t *within,
                          answer *ret, failure_t *err) {
  hear(scope), hear(key), hear(by), hear(options), hear_number(within);
  if (refuses(err)) return false;
  return give(json_of("{\"value\":%d,\"version\":1}", (int)choose(100)), ret);
}

bool OF(state, commit)(spell_string_t *changes, uint64_t *within, answer *ret, failure_t *err) {
  hear(changes), hear_number(within);
  if (refuses(err)) return false;
  return give(json_of("{\"versions\":[1]}"), ret);
}

bool OF(state, list)(spell_string_t *scope, spell_string_t *options, OF(state, page_t) *ret, failure_t *err) {
  hear(scope), hear(options);
  if (refuses(err)) return false;
  ret->entries.len = 0;
  ret->entries.ptr = give_memory((count + 1) * sizeof *ret->entries.ptr);
  for (size_t i = 0; i < count; i++)
    if (same(entries[i].scope, scope)) ret->entries.ptr[ret->entries.len++] = entry_at(i);
  if (!ret->entries.len) free(ret->entries.ptr), ret->entries.ptr = (void *)8;
  if ((ret->next.is_some = hostile && choose(2))) ret->next.val = text_of("next");
  return true;
}

static bool give_json(spell_string_t json, spell_string_t *ret, failure_t *err) {
  *ret = json;
  if (!refuses(err)) return true;
  spell_string_free(ret);
  return false;
}

bool OF(state, scopes)(spell_string_t *after, spell_string_t *ret, failure_t *err) {
  hear(after);
  return give_json(json_of("[\"global\",\"session\"]"), ret, err);
}
bool OF(state, usage)(spell_string_t *ret, failure_t *err) {
  return give_json(json_of("{\"keys\":%zu,\"bytes\":10,\"max_keys\":1000,\"max_bytes\":1000}", count), ret, err);
}
bool OF(state, schemas)(spell_string_t *ret, failure_t *err) {
  return give_json(json_of("[{\"scope\":\"\",\"version\":2,\"migrated_at\":1,\"history\":[]}]"), ret, err);
}
#define BACKUP "{\"id\":\"b1\",\"created_at\":1,\"description\":\"\",\"keys\":1,\"bytes\":10,\"valid\":true}"
bool OF(state, backups)(spell_string_t *ret, failure_t *err) { return give_json(json_of("[" BACKUP "]"), ret, err); }

own_operation OF(state, migrate)(spell_string_t *plan, uint64_t *within) {
  hear(plan), hear_number(within);
  return operation_of(json_of("{\"from_version\":1,\"to_version\":2,\"dry_run\":false,\"applied\":true,\"examined\":1,\"changed\":1,"
                              "\"skipped\":0,\"changes\":[]}"));
}
own_operation OF(state, backup)(spell_string_t *description, uint64_t *within) {
  hear(description), hear_number(within);
  return operation_of(json_of(BACKUP));
}
own_operation OF(state, restore)(spell_string_t *id, uint64_t *within) {
  hear(id), hear_number(within);
  return operation_of(json_of(BACKUP));
}
own_operation OF(state, check_backup)(spell_string_t *id, uint64_t *within) {
  hear(id), hear_number(within);
  return operation_of(json_of(BACKUP));
}
bool OF(state, delete_backup)(spell_string_t *id, bool *ret, failure_t *err) {
  hear(id);
  *ret = choose(2);
  return !refuses(err);
}

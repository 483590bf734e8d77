// State: what outlives the run.
#include "guest.h"

typedef OF(state, answer_t) answer;
typedef JSValueConst value;

static JSValue json_or_throw(context *c, bool ok, spell_string_t *json, failure_t *failure) {
  return ok ? from_json(c, json) : throw_failure(c, failure);
}

// In a list, by which it can be told from an answer.
static JSValue wrap_waiting(context *c, OF(operation, own_operation_t) handle) {
  JSValue operation = wrap_operation(c, handle), list = JS_NewArray(c);
  if (JS_IsException(operation) || JS_IsException(list)) JS_FreeValue(c, operation);
  else if (JS_DefinePropertyValueUint32(c, list, 0, operation, JS_PROP_C_W_E) >= 0) return list;
  JS_FreeValue(c, list);
  return JS_EXCEPTION;
}

static JSValue answer_or_throw(context *c, bool ok, answer *answer, failure_t *failure) { // value | operation
  if (ok && answer->tag == LLMSPELL_SPELL_STATE_ANSWER_WAITING) return wrap_waiting(c, answer->val.waiting);
  return json_or_throw(c, ok, &answer->val.done, failure);
}

// Scope and key. False: thrown, and nothing is to be freed.
static bool get_names(context *c, value *arguments, spell_string_t *scope, spell_string_t *key) {
  if (!get_text(c, arguments[0], scope)) return false;
  if (get_text(c, arguments[1], key)) return true;
  free_text(c, scope);
  return false;
}

static void free_names(context *c, spell_string_t *scope, spell_string_t *key) {
  free_text(c, scope);
  free_text(c, key);
}

static bool define(context *c, JSValueConst object, const char *name, JSValue value) {
  return !JS_IsException(value) && JS_DefinePropertyValueStr(c, object, name, value, JS_PROP_C_W_E) >= 0;
}

static JSValue make_entry(context *c, OF(state, entry_t) *entry) { // {key, value, version, expires_at}
  JSValue made = JS_NewObject(c);
  if (JS_IsException(made)) return made;
  spell_string_t *text = &entry->value.val;
  bool ok = define(c, made, "key", from_text(c, &entry->key)) &&
            (!entry->value.is_some || define(c, made, "value", decode(c, (char *)text->ptr, text->len))) &&
            define(c, made, "version", JS_NewInt64(c, (int64_t)entry->version)) &&
            (!entry->expires_at.is_some || define(c, made, "expires_at", JS_NewInt64(c, (int64_t)entry->expires_at.val)));
  if (ok) return made;
  JS_FreeValue(c, made);
  return JS_EXCEPTION;
}

static JSValue state_get(context *c, value this, int count, value *arguments) { // scope, key -> entry or null | operation
  spell_string_t scope, key;
  OF(state, found_t) found;
  failure_t failure;
  if (!get_names(c, arguments, &scope, &key)) return JS_EXCEPTION;
  bool ok = OF(state, get)(&scope, &key, within(), &found, &failure);
  free_names(c, &scope, &key);
  if (!ok) return throw_failure(c, &failure);
  if (found.tag == LLMSPELL_SPELL_STATE_FOUND_WAITING) return wrap_waiting(c, found.val.waiting);
  JSValue entry = found.val.done.is_some ? make_entry(c, &found.val.done.val) : JS_NULL;
  OF(state, found_free)(&found);
  return entry;
}

// scope, key, value or number, options -> {version, ...}
static JSValue write(context *c, value *arguments,
                     bool call(spell_string_t *, spell_string_t *, OF(state, json_t) *, OF(state, json_t) *, uint64_t *, answer *, failure_t *)) {
  spell_string_t scope, key, what, options;
  json_text what_json, options_json;
  answer answer;
  failure_t failure;
  JSValue made = JS_EXCEPTION;
  if (!get_names(c, arguments, &scope, &key)) return made;
  if (encode(c, arguments[2], 0, &what_json, &what)) {
    if (encode(c, arguments[3], 0, &options_json, &options)) {
      bool ok = call(&scope, &key, &what, &options, within(), &answer, &failure);
      made = answer_or_throw(c, ok, &answer, &failure);
    }
    free_json(&options_json);
  }
  free_json(&what_json);
  free_names(c, &scope, &key);
  return made;
}

static JSValue state_put(context *c, value this, int count, value *arguments) { return write(c, arguments, OF(state, put)); }
static JSValue state_increment(context *c, value this, int count, value *arguments) { return write(c, arguments, OF(state, increment)); }

static JSValue state_delete(context *c, value this, int count, value *arguments) { // scope, key, options -> {version, existed}
  spell_string_t scope, key, options;
  json_text json;
  answer answer;
  failure_t failure;
  JSValue made = JS_EXCEPTION;
  if (!get_names(c, arguments, &scope, &key)) return made;
  if (encode(c, arguments[2], 0, &json, &options)) {
    bool ok = OF(state, delete)(&scope, &key, &options, within(), &answer, &failure);
    made = answer_or_throw(c, ok, &answer, &failure);
  }
  free_json(&json);
  free_names(c, &scope, &key);
  return made;
}

static JSValue state_commit(context *c, value this, int count, value *arguments) { // changes -> {version, changes}
  spell_string_t changes;
  json_text json;
  answer answer;
  failure_t failure;
  JSValue made = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &changes)) {
    bool ok = OF(state, commit)(&changes, within(), &answer, &failure);
    made = answer_or_throw(c, ok, &answer, &failure);
  }
  free_json(&json);
  return made;
}

static JSValue make_page(context *c, OF(state, page_t) *page) {
  JSValue made = JS_NewObject(c), entries = JS_NewArray(c);
  bool ok = !JS_IsException(made) && !JS_IsException(entries);
  for (size_t i = 0; ok && i < page->entries.len; i++) {
    JSValue entry = make_entry(c, &page->entries.ptr[i]);
    ok = !JS_IsException(entry) && JS_DefinePropertyValueUint32(c, entries, (uint32_t)i, entry, JS_PROP_C_W_E) >= 0;
  }
  if (ok) ok = define(c, made, "entries", entries);
  else JS_FreeValue(c, entries);
  if (ok) ok = define(c, made, "next", page->next.is_some ? from_text(c, &page->next.val) : JS_NULL);
  if (ok) return made;
  JS_FreeValue(c, made);
  return JS_EXCEPTION;
}

static JSValue state_list(context *c, value this, int count, value *arguments) { // scope, options -> {entries, next}
  spell_string_t scope, options;
  json_text json;
  OF(state, page_t) page;
  failure_t failure;
  JSValue made = JS_EXCEPTION;
  if (!get_text(c, arguments[0], &scope)) return made;
  if (encode(c, arguments[1], 0, &json, &options)) {
    if (OF(state, list)(&scope, &options, &page, &failure)) {
      made = make_page(c, &page);
      OF(state, page_free)(&page);
    } else throw_failure(c, &failure);
  }
  free_json(&json);
  free_text(c, &scope);
  return made;
}

static JSValue state_scopes(context *c, value this, int count, value *arguments) { // after or undefined -> names
  spell_string_t after, names;
  failure_t failure;
  bool given = !JS_IsUndefined(arguments[0]);
  if (given && !get_text(c, arguments[0], &after)) return JS_EXCEPTION;
  bool ok = OF(state, scopes)(given ? &after : NULL, &names, &failure);
  if (given) free_text(c, &after);
  return json_or_throw(c, ok, &names, &failure);
}

static JSValue state_usage(context *c, value this, int count, value *arguments) {
  spell_string_t usage;
  failure_t failure;
  bool ok = OF(state, usage)(&usage, &failure);
  return json_or_throw(c, ok, &usage, &failure);
}

static JSValue state_schemas(context *c, value this, int count, value *arguments) {
  spell_string_t list;
  failure_t failure;
  bool ok = OF(state, schemas)(&list, &failure);
  return json_or_throw(c, ok, &list, &failure);
}

static JSValue state_backups(context *c, value this, int count, value *arguments) {
  spell_string_t list;
  failure_t failure;
  bool ok = OF(state, backups)(&list, &failure);
  return json_or_throw(c, ok, &list, &failure);
}

static JSValue state_migrate(context *c, value this, int count, value *arguments) { // plan -> operation
  spell_string_t plan;
  json_text json;
  JSValue operation = JS_EXCEPTION;
  if (encode(c, arguments[0], 0, &json, &plan)) operation = wrap_operation(c, OF(state, migrate)(&plan, within()));
  free_json(&json);
  return operation;
}

// text -> operation
static JSValue start(context *c, value *arguments, OF(state, own_operation_t) call(spell_string_t *, uint64_t *)) {
  spell_string_t text;
  if (!get_text(c, arguments[0], &text)) return JS_EXCEPTION;
  JSValue operation = wrap_operation(c, call(&text, within()));
  free_text(c, &text);
  return operation;
}

static JSValue state_backup(context *c, value this, int count, value *arguments) { return start(c, arguments, OF(state, backup)); }
static JSValue state_restore(context *c, value this, int count, value *arguments) { return start(c, arguments, OF(state, restore)); }
static JSValue state_check_backup(context *c, value this, int count, value *arguments) { return start(c, arguments, OF(state, check_backup)); }

static JSValue state_delete_backup(context *c, value this, int count, value *arguments) { // id -> whether there was one
  spell_string_t id;
  bool found;
  failure_t failure;
  if (!get_text(c, arguments[0], &id)) return JS_EXCEPTION;
  bool ok = OF(state, delete_backup)(&id, &found, &failure);
  free_text(c, &id);
  return ok ? JS_NewBool(c, found) : throw_failure(c, &failure);
}

const JSCFunctionListEntry state_functions[] = {
    JS_CFUNC_DEF("get", 2, state_get), JS_CFUNC_DEF("put", 4, state_put), JS_CFUNC_DEF("remove", 3, state_delete),
    JS_CFUNC_DEF("increment", 4, state_increment), JS_CFUNC_DEF("commit", 1, state_commit), JS_CFUNC_DEF("list", 2, state_list),
    JS_CFUNC_DEF("scopes", 1, state_scopes), JS_CFUNC_DEF("usage", 0, state_usage), JS_CFUNC_DEF("migrate", 1, state_migrate),
    JS_CFUNC_DEF("schemas", 0, state_schemas), JS_CFUNC_DEF("backup", 1, state_backup), JS_CFUNC_DEF("backups", 0, state_backups),
    JS_CFUNC_DEF("restore", 1, state_restore), JS_CFUNC_DEF("checkBackup", 1, state_check_backup),
    JS_CFUNC_DEF("deleteBackup", 1, state_delete_backup)};
GIVE(state);

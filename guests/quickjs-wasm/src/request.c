// The beginning of a run: what the spell was given, as params, ARGS and arg. Not in the prelude: its calls would write to
// many pages of the snapshot, and a run starts sooner.
#include "guest.h"

static JSAtom params, named, listed; // the globals' names

void name_what_is_given(void) {
  context *c = main_context;
  params = JS_NewAtom(c, "params"), named = JS_NewAtom(c, "ARGS"), listed = JS_NewAtom(c, "arg");
}

// Takes the key and the value.
static bool put(context *c, JSValueConst object, JSAtom key, JSValue value) {
  bool good = key != JS_ATOM_NULL && !JS_IsException(value) &&
              JS_DefinePropertyValue(c, object, key, value, JS_PROP_C_W_E) >= 0;
  JS_FreeAtom(c, key);
  return good;
}

static bool put_at(context *c, JSValueConst object, size_t place, JSValue value) {
  return put(c, object, JS_NewAtomUInt32(c, (uint32_t)place), value);
}

static bool copy(context *c, JSValueConst to, JSValueConst from) {
  JSPropertyEnum *keys;
  uint32_t count;
  if (JS_GetOwnPropertyNames(c, &keys, &count, from, JS_GPN_STRING_MASK)) return false;
  bool good = true;
  for (uint32_t i = 0; i < count && good; i++)
    good = put(c, to, JS_DupAtom(c, keys[i].atom), JS_GetProperty(c, from, keys[i].atom));
  JS_FreePropertyEnum(c, keys, count);
  return good;
}

static spell_string_t part(const spell_string_t *text, size_t from, size_t to) {
  return (spell_string_t){text->ptr + from, to - from};
}

static JSAtom key_of(context *c, spell_string_t text) { return JS_NewAtomLen(c, (const char *)text.ptr, text.len); }

static bool is_dashed(const spell_string_t *word) { return word->len >= 2 && !memcmp(word->ptr, "--", 2); }

// "--key value", "--key=value", "--flag", and the rest by position.
static bool read_arguments(context *c, JSValueConst into, const spell_list_string_t *given) {
  size_t position = 0;
  bool good = true;
  for (size_t i = 0; i < given->len && good; i++) {
    const spell_string_t *word = &given->ptr[i], *next = i + 1 < given->len ? word + 1 : NULL;
    if (!is_dashed(word) || word->len == 2) {
      good = put_at(c, into, ++position, from_text(c, word));
      continue;
    }
    const uint8_t *equals = memchr(word->ptr, '=', word->len);
    size_t end = equals ? (size_t)(equals - word->ptr) : 0;
    if (end > 2) {
      spell_string_t value = part(word, end + 1, word->len);
      good = put(c, into, key_of(c, part(word, 2, end)), from_text(c, &value));
    } else {
      bool takes_next = next && !is_dashed(next);
      good = put(c, into, key_of(c, part(word, 2, word->len)), takes_next ? from_text(c, next) : JS_NewString(c, "true"));
      i += takes_next;
    }
  }
  return good;
}

bool begin(context *c, const exports_llmspell_spell_guest_request_t *request) {
  const spell_list_string_t *given = &request->arguments;
  JSValue name = from_text(c, &request->source.name), global = JS_GetGlobalObject(c), all = JS_NewObject(c), list = JS_NewArray(c);
  JSValue parameters = decode(c, (char *)request->parameters.ptr, request->parameters.len);
  // Where there is no memory even for these, the run ends: nothing has to be freed.
  if (JS_IsException(name) || JS_IsException(all) || JS_IsException(list) || JS_IsException(parameters)) return false;
  bool good = put_at(c, all, 0, JS_DupValue(c, name)) && copy(c, all, parameters) && read_arguments(c, all, given) &&
              put_at(c, list, 0, name);
  for (size_t i = 0; i < given->len && good; i++) good = put_at(c, list, i + 1, from_text(c, &given->ptr[i]));
  good = good && JS_SetProperty(c, global, params, parameters) >= 0 && JS_SetProperty(c, global, named, all) >= 0 &&
         JS_SetProperty(c, global, listed, list) >= 0;
  JS_FreeValue(c, global);
  return good;
}

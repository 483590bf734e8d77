// Hooks of the double: all of them are asked at every point that is fired by hand.
#include <string.h>

#include "native.h"

enum { MOST = 256 };
static uint64_t handlers[MOST], ids[MOST], last_id;
static size_t count;

bool OF(hook, register)(spell_string_t *point, uint64_t handler, spell_string_t *options, OF(hook, registered_t) *ret, failure_t *err) {
  hear(point), hear(options);
  note_handler(handler);
  if (refuses(err)) return false;
  if (count == MOST) return fail(err, "handles", "256 hooks are registered");
  handlers[count] = handler, ids[count++] = ++last_id;
  ret->id = last_id, ret->point = bytes_of(point->ptr, point->len);
  return true;
}

static size_t place_of(uint64_t id) {
  size_t place = 0;
  while (place < count && ids[place] != id) place++;
  return place;
}

bool OF(hook, unregister)(uint64_t id) {
  size_t place = place_of(id);
  if (place == count) return false;
  count--;
  memmove(&handlers[place], &handlers[place + 1], (count - place) * sizeof *handlers);
  memmove(&ids[place], &ids[place + 1], (count - place) * sizeof *ids);
  return true;
}

bool OF(hook, set_enabled)(uint64_t id, bool enabled) { return place_of(id) < count || enabled * 0; }

bool OF(hook, list)(spell_string_t *filter, spell_string_t *ret, failure_t *err) {
  hear(filter);
  if (refuses(err)) return false;
  *ret = json_of("[{\"id\":1,\"name\":\"a\",\"point\":\"tool:before_call\",\"language\":\"lua\",\"priority\":0,\"enabled\":true,"
                 "\"fail_closed\":false,\"tags\":[],\"runs\":1,\"errors\":0}]");
  return true;
}

own_operation OF(hook, execute)(spell_string_t *point, spell_string_t *data, uint64_t *within) {
  hear(point), hear(data), hear_number(within);
  spell_string_t arguments = json_of("{\"point\":\"custom:a\",\"data\":{\"a\":1},\"component\":{\"type\":\"custom\",\"name\":\"a\"}}");
  own_operation made = calling_operation(handlers, count, &arguments, json_of("{\"results\":[],\"action\":\"continue\"}"));
  spell_string_free(&arguments);
  return made;
}

own_operation OF(hook, start_up)(uint64_t id, uint64_t *within) {
  hear_number(within);
  size_t place = place_of(id);
  spell_string_t arguments = json_of("{\"point\":\"system:startup\",\"data\":{}}");
  own_operation made = calling_operation(&handlers[place], place < count, &arguments, text_of("null"));
  spell_string_free(&arguments);
  return made;
}

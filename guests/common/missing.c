// Names that people try in vain.
#include <stdio.h>
#include <string.h>

#include "common.h"

const char *find_way(const char *name) {
  size_t low = 0, high = count_of_ways;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(name, ways[middle].name);
    if (!order) return ways[middle].way;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return NULL;
}

// Names that are longer are like no other.
enum { LONGEST_NAME = 40 };

static char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter; }

// How many letters have to change, or to change places with the next, of whatever case.
static unsigned distance(const char *a, size_t length_a, const char *b, size_t length_b) {
  unsigned rows[3][LONGEST_NAME + 1];
  for (unsigned j = 0; j <= length_b; j++) rows[0][j] = j;
  for (size_t i = 1; i <= length_a; i++) {
    const unsigned *before = rows[(i - 1) % 3], *earlier = rows[(i + 1) % 3];
    unsigned *now = rows[i % 3];
    now[0] = i;
    for (size_t j = 1; j <= length_b; j++) {
      char x = lower(a[i - 1]), y = lower(b[j - 1]);
      unsigned least = before[j - 1] + (x != y);
      if (before[j] + 1 < least) least = before[j] + 1;
      if (now[j - 1] + 1 < least) least = now[j - 1] + 1;
      bool swapped = i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y;
      if (swapped && earlier[j - 2] + 1 < least) least = earlier[j - 2] + 1;
      now[j] = least;
    }
  }
  return rows[length_a % 3][length_b];
}

void look_for(likeness *like, const char *name) {
  *like = (likeness){.name = name, .length = strlen(name)};
}

// The first of equals, so that it does not matter in which order they come.
void compare_name(likeness *like, const char *candidate, size_t length) {
  size_t most = length / 3 ? length / 3 : 1, apart = length > like->length ? length - like->length : like->length - length;
  if (like->length < 3 || like->length > LONGEST_NAME || length < 3 || length > LONGEST_NAME || apart > most) return;
  unsigned far = distance(like->name, like->length, candidate, length);
  if (far > most || (like->best[0] && far > like->far)) return;
  if (like->best[0] && far == like->far && strcmp(candidate, like->best) >= 0) return;
  like->far = far;
  memcpy(like->best, candidate, length), like->best[length] = 0;
}

const char *tell_likeness(const likeness *like) {
  static char text[LONGEST_NAME + sizeof "did you mean ''?"];
  if (!like->best[0]) return NULL;
  snprintf(text, sizeof text, "did you mean '%s'?", like->best);
  return text;
}

// Names that people try in vain.
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

// Integers as text, without libc's printf: it takes thousands of instructions for each.
#include <string.h>

#include "common.h"

size_t write_integer(char *to, int64_t number) {
  char digits[DIGITS], *p = digits + sizeof digits;
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  do *--p = '0' + rest % 10; while (rest /= 10);
  if (number < 0) *--p = '-';
  size_t length = digits + sizeof digits - p;
  memcpy(to, p, length);
  return length;
}

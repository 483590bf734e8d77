// Text as bytes, eight at a time.
#include <string.h>

#include "common.h"

const char *find_invalid_utf8(const char *text, size_t length) {
  const uint8_t *p = (const uint8_t *)text, *end = p + length;
  while (p < end) {
    uint64_t eight;
    if (end - p >= 8 && (memcpy(&eight, p, 8), !(eight & 0x8080808080808080))) {
      p += 8;
      continue;
    }
    if (*p < 0x80) {
      p++;
      continue;
    }
    int more = *p >= 0xc2 && *p < 0xe0 ? 1 : *p >= 0xe0 && *p < 0xf0 ? 2 : *p >= 0xf0 && *p < 0xf5 ? 3 : 0;
    if (!more || end - p <= more) return (const char *)p;
    // Overlong forms, surrogates, and what lies beyond Unicode.
    if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
        (*p == 0xf4 && p[1] > 0x8f))
      return (const char *)p;
    for (int i = 1; i <= more; i++)
      if ((p[i] & 0xc0) != 0x80) return (const char *)p;
    p += 1 + more;
  }
  return NULL;
}

const char *find_special(const char *p, const char *end) {
  const uint64_t ones = 0x0101010101010101, tops = ones << 7;
  for (uint64_t x; end - p >= 8; p += 8) {
    memcpy(&x, p, 8);
    uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';
    // A byte below n turns its top bit on when n is taken off, and had it off.
    if ((((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops) break;
  }
  while (p < end && (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\') p++;
  return p;
}

char *put_utf8(char *to, unsigned code) {
  if (code < 0x80) return *to++ = code, to;
  int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
  *to++ = lead[more] | code >> 6 * more;
  while (more--) *to++ = 0x80 | (code >> 6 * more & 0x3f);
  return to;
}

// Numbers as text and back. libc's printf and strtod take thousands of instructions for each, as a long double is
// computed in software here; nearly all numbers that programs show or read are short enough to do without.
#define LUA_CORE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "guest.h"

size_t write_decimals(char *to, lua_Number number, lua_Number limit) {
  lua_Number size = fabs(number), power = 10;
  if (!(size >= 1e-4 && size < limit / 10)) return 0;
  for (int decimals = 1; decimals <= 15; decimals++, power *= 10) {
    lua_Number scaled = rint(size * power);
    if (scaled >= limit) return 0;
    if (scaled / power != size) continue;
    uint64_t all = (uint64_t)scaled, unit = (uint64_t)power;
    char *p = to;
    if (number < 0) *p++ = '-';
    p += write_integer(p, all / unit);
    *p++ = '.';
    for (uint64_t rest = all % unit; unit /= 10; rest %= unit) *p++ = '0' + rest / unit;
    return p - to;
  }
  return 0;
}

// As printf's "%.14g". A number that is the nearest float to a decimal of up to 14 digits is shown as that decimal.
static int write_number(char *to, size_t size, lua_Number number) {
  bool whole = fabs(number) < 1e14 && number == floor(number) && (number != 0 || !signbit(number));
  size_t length = whole ? write_integer(to, (lua_Integer)number) : write_decimals(to, number, 1e14);
  if (!length) return snprintf(to, size, LUA_NUMBER_FMT, number);
  to[length] = '\0'; // Lua looks for a point or an exponent up to here
  return (int)length;
}

// As strtod. Up to 15 digits and a power of ten that floats hold exactly: their quotient is rounded once, as it must be.
static lua_Number read_number(const char *text, char **end) {
  const char *p = text + strspn(text, " \f\n\r\t\v");
  bool negative = *p == '-', point = false;
  uint64_t value = 0;
  lua_Number power = 1;
  int digits = 0;
  for (p += *p == '-' || *p == '+'; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++) {
    if (*p == '.') {
      point = true;
      continue;
    }
    if (++digits > 15) return strtod(text, end);
    value = value * 10 + (*p - '0');
    if (point) power *= 10;
  }
  // Exponents, hexadecimal, "inf", and what is no number at all.
  if (!digits || *p == '.' || (*p | 32) == 'e' || (*p | 32) == 'x') return strtod(text, end);
  *end = (char *)p;
  lua_Number number = (lua_Number)value / power;
  return negative ? -number : number;
}

#undef lua_integer2str
#define lua_integer2str(to, size, number) ((void)(size), (int)write_integer(to, number))
#undef lua_number2str
#define lua_number2str(to, size, number) write_number(to, size, number)
#undef lua_str2number
#define lua_str2number(text, end) read_number(text, end)
#include "lobject.c"

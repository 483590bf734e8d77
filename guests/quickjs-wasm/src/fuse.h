// After a function has been compiled: instructions that stand for several take the place of the first of these.
//
// The others stay where they are, for what jumps to them and for what the quick way can't do. So no place in the code
// changes, and neither do jumps, lines and the depth of the stack.

enum { MOST_FUSED = 8, OP_if = OP_if_false };

static const struct fusion { uint8_t fused, parts[MOST_FUSED]; } fusions[] = {
#define PART1(a, ...) OP_##a __VA_OPT__(, PART2(__VA_ARGS__))
#define PART2(a, ...) OP_##a __VA_OPT__(, PART3(__VA_ARGS__))
#define PART3(a, ...) OP_##a __VA_OPT__(, PART4(__VA_ARGS__))
#define PART4(a, ...) OP_##a __VA_OPT__(, PART5(__VA_ARGS__))
#define PART5(a, ...) OP_##a __VA_OPT__(, PART6(__VA_ARGS__))
#define PART6(a, ...) OP_##a __VA_OPT__(, PART7(__VA_ARGS__))
#define PART7(a) OP_##a
#define FUSE(first, others, name) {OP_##name, {OP_##first, PART1 others}},
#include "fused-opcode.h"
};

// Where those with this first part stand in the list, from 1; 0: there are none.
static uint8_t fusions_of[256];

static void index_fusions(void) {
  for (int i = countof(fusions); i > 0; i--) fusions_of[fusions[i - 1].parts[0]] = i;
}

static bool fits(const struct fusion *fusion, const uint8_t *code, const uint8_t *end) {
  code += short_opcode_info(*code).size;
  for (int i = 1; i < MOST_FUSED && fusion->parts[i]; i++) {
    if (code >= end) return false;
    if (*code != fusion->parts[i] && !(*code == OP_if_false8 && fusion->parts[i] == OP_if)) return false;
    // The one jump in the midst of others must go where the quick way goes.
    if (fusion->fused == OP_swap_check_key && *code == OP_if_true8 && code[1] != 4) return false;
    code += short_opcode_info(*code).size;
  }
  return true;
}

static void fuse(uint8_t *code, size_t size) {
  for (uint8_t *end = code + size; code < end;) {
    uint8_t first = *code;
    for (int i = fusions_of[first]; i > 0 && i <= countof(fusions) && fusions[i - 1].parts[0] == first; i++) {
      if (!fits(&fusions[i - 1], code, end)) continue;
      *code = fusions[i - 1].fused;
      break;
    }
    code += short_opcode_info(first).size;
  }
}

// Variables of `let` and `const` that are never used before their declaration need no mark that they are not declared yet.

static void note_asked(const JSFunctionDef *function) {
  const uint8_t *code = function->byte_code.buf, *end = code + function->byte_code.size;
  for (; code < end; code += opcode_info[*code].size) {
    if (opcode_info[*code].fmt != OP_FMT_loc) continue;
    if (*code == OP_get_loc || *code == OP_put_loc || *code == OP_set_loc || *code == OP_set_loc_uninitialized) continue;
    function->vars[get_u16(code + 1)].is_asked = true;
  }
}

static bool needs_mark(const JSFunctionDef *function, int variable) {
  return function->vars[variable].is_asked || function->vars[variable].is_captured;
}

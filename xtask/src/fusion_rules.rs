//! Instructions of QuickJS that stand for several: guests/quickjs-wasm/src/fused-opcode.h names them.
//!
//! What the interpreter's loop does between two instructions costs most, as fuel and deadline are asked for each time.
//! QuickJS's short forms (`get_loc0` for `get_loc 0`) make room for their numbers.

use crate::rules::Rule;

pub const RULES: &[Rule] = &[
    Rule {
        name: "a small number has one form",
        file: "quickjs.c",
        old: "        CASE(OP_push_minus1):\n        CASE(OP_push_0):\n        CASE(OP_push_1):\n        CASE(OP_push_2):\n        CASE(OP_push_3):\n        CASE(OP_push_4):\n        CASE(OP_push_5):\n        CASE(OP_push_6):\n        CASE(OP_push_7):\n            *sp++ = js_int32(opcode - OP_push_0);\n            BREAK;\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "a variable has one form",
        file: "quickjs.c",
        old: "        // Observation: get_loc0 and get_loc1 are individually very\n        // frequent opcodes _and_ they are very often paired together,\n        // making them ideal candidates for opcode fusion.\n        CASE(OP_get_loc0_loc1):\n            *sp++ = js_dup(var_buf[0]);\n            *sp++ = js_dup(var_buf[1]);\n            BREAK;\n\n        CASE(OP_get_loc0): *sp++ = js_dup(var_buf[0]); BREAK;\n        CASE(OP_get_loc1): *sp++ = js_dup(var_buf[1]); BREAK;\n        CASE(OP_get_loc2): *sp++ = js_dup(var_buf[2]); BREAK;\n        CASE(OP_get_loc3): *sp++ = js_dup(var_buf[3]); BREAK;\n        CASE(OP_put_loc0): set_value(ctx, &var_buf[0], *--sp); BREAK;\n        CASE(OP_put_loc1): set_value(ctx, &var_buf[1], *--sp); BREAK;\n        CASE(OP_put_loc2): set_value(ctx, &var_buf[2], *--sp); BREAK;\n        CASE(OP_put_loc3): set_value(ctx, &var_buf[3], *--sp); BREAK;\n        CASE(OP_set_loc0): set_value(ctx, &var_buf[0], js_dup(sp[-1])); BREAK;\n        CASE(OP_set_loc1): set_value(ctx, &var_buf[1], js_dup(sp[-1])); BREAK;\n        CASE(OP_set_loc2): set_value(ctx, &var_buf[2], js_dup(sp[-1])); BREAK;\n        CASE(OP_set_loc3): set_value(ctx, &var_buf[3], js_dup(sp[-1])); BREAK;\n        CASE(OP_get_arg0): *sp++ = js_dup(arg_buf[0]); BREAK;\n        CASE(OP_get_arg1): *sp++ = js_dup(arg_buf[1]); BREAK;\n        CASE(OP_get_arg2): *sp++ = js_dup(arg_buf[2]); BREAK;\n        CASE(OP_get_arg3): *sp++ = js_dup(arg_buf[3]); BREAK;\n        CASE(OP_put_arg0): set_value(ctx, &arg_buf[0], *--sp); BREAK;\n        CASE(OP_put_arg1): set_value(ctx, &arg_buf[1], *--sp); BREAK;\n        CASE(OP_put_arg2): set_value(ctx, &arg_buf[2], *--sp); BREAK;\n        CASE(OP_put_arg3): set_value(ctx, &arg_buf[3], *--sp); BREAK;\n        CASE(OP_set_arg0): set_value(ctx, &arg_buf[0], js_dup(sp[-1])); BREAK;\n        CASE(OP_set_arg1): set_value(ctx, &arg_buf[1], js_dup(sp[-1])); BREAK;\n        CASE(OP_set_arg2): set_value(ctx, &arg_buf[2], js_dup(sp[-1])); BREAK;\n        CASE(OP_set_arg3): set_value(ctx, &arg_buf[3], js_dup(sp[-1])); BREAK;\n        CASE(OP_get_var_ref0): *sp++ = js_dup(*var_refs[0]->pvalue); BREAK;\n        CASE(OP_get_var_ref1): *sp++ = js_dup(*var_refs[1]->pvalue); BREAK;\n        CASE(OP_get_var_ref2): *sp++ = js_dup(*var_refs[2]->pvalue); BREAK;\n        CASE(OP_get_var_ref3): *sp++ = js_dup(*var_refs[3]->pvalue); BREAK;\n        CASE(OP_put_var_ref0): set_value(ctx, var_refs[0]->pvalue, *--sp); BREAK;\n        CASE(OP_put_var_ref1): set_value(ctx, var_refs[1]->pvalue, *--sp); BREAK;\n        CASE(OP_put_var_ref2): set_value(ctx, var_refs[2]->pvalue, *--sp); BREAK;\n        CASE(OP_put_var_ref3): set_value(ctx, var_refs[3]->pvalue, *--sp); BREAK;\n        CASE(OP_set_var_ref0): set_value(ctx, var_refs[0]->pvalue, js_dup(sp[-1])); BREAK;\n        CASE(OP_set_var_ref1): set_value(ctx, var_refs[1]->pvalue, js_dup(sp[-1])); BREAK;\n        CASE(OP_set_var_ref2): set_value(ctx, var_refs[2]->pvalue, js_dup(sp[-1])); BREAK;\n        CASE(OP_set_var_ref3): set_value(ctx, var_refs[3]->pvalue, js_dup(sp[-1])); BREAK;\n\n",
        new: "#include \"fused.h\"\n\n",
        count: 1,
    },
    Rule {
        name: "a call has one form",
        file: "quickjs.c",
        old: "        CASE(OP_call0):\n        CASE(OP_call1):\n        CASE(OP_call2):\n        CASE(OP_call3):\n            call_argc = opcode - OP_call0;\n            goto has_call_argc;\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "the form of a small number",
        file: "quickjs.c",
        old: "    if (val >= -1 && val <= 7) {\n        dbuf_putc(bc_out, OP_push_0 + val);\n        return;\n    }\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "the form of a variable",
        file: "quickjs.c",
        old: "    if (idx < 4) {\n        switch (op) {\n        case OP_get_loc:\n            dbuf_putc(bc_out, OP_get_loc0 + idx);\n            return;\n        case OP_put_loc:\n            dbuf_putc(bc_out, OP_put_loc0 + idx);\n            return;\n        case OP_set_loc:\n            dbuf_putc(bc_out, OP_set_loc0 + idx);\n            return;\n        case OP_get_arg:\n            dbuf_putc(bc_out, OP_get_arg0 + idx);\n            return;\n        case OP_put_arg:\n            dbuf_putc(bc_out, OP_put_arg0 + idx);\n            return;\n        case OP_set_arg:\n            dbuf_putc(bc_out, OP_set_arg0 + idx);\n            return;\n        case OP_get_var_ref:\n            dbuf_putc(bc_out, OP_get_var_ref0 + idx);\n            return;\n        case OP_put_var_ref:\n            dbuf_putc(bc_out, OP_put_var_ref0 + idx);\n            return;\n        case OP_set_var_ref:\n            dbuf_putc(bc_out, OP_set_var_ref0 + idx);\n            return;\n        case OP_call:\n            dbuf_putc(bc_out, OP_call0 + idx);\n            return;\n        }\n    }\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "two variables are fused later",
        file: "quickjs.c",
        old: "                /* transformation: get_loc(0) get_loc(1) -> get_loc0_loc1 */\n                if (idx == 0 && code_match(&cc, pos_next, OP_get_loc, 1, -1)) {\n                    if (cc.line_num >= 0) line_num = cc.line_num;\n                    if (cc.col_num >= 0) col_num = cc.col_num;\n                    add_pc2line_info(s, bc_out.size, line_num, col_num);\n                    dbuf_putc(&bc_out, OP_get_loc0_loc1);\n                    pos_next = cc.pos;\n                    break;\n                }\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "the depth of the stack at a call",
        file: "quickjs.c",
        old: "        } else if (oi->fmt == OP_FMT_npopx) {\n            n_pop += op - OP_call0;\n        }\n",
        new: "        }\n",
        count: 1,
    },
    Rule {
        name: "fusing",
        file: "quickjs.c",
        old: "    if (compute_stack_size(ctx, fd, &stack_size) < 0)\n        goto fail;\n",
        new: "    if (compute_stack_size(ctx, fd, &stack_size) < 0)\n        goto fail;\n    fuse(fd->byte_code.buf, fd->byte_code.size);\n",
        count: 1,
    },
    Rule {
        name: "how to fuse",
        file: "quickjs.c",
        old: "static JSValue js_create_function(JSContext *ctx, JSFunctionDef *fd)\n{",
        new: "#include \"fuse.h\"\n\nstatic JSValue js_create_function(JSContext *ctx, JSFunctionDef *fd)\n{",
        count: 1,
    },
    Rule {
        name: "a comparison jumps itself",
        file: "quickjs.c",
        old: "#define OP_CMP(opcode, binary_op, slow_call)              \\\n            CASE(opcode):                                 \\\n                {                                         \\\n                JSValue op1, op2;                         \\\n                op1 = sp[-2];                             \\\n                op2 = sp[-1];                                   \\\n                if (likely(JS_VALUE_IS_BOTH_INT(op1, op2))) {           \\\n                    sp[-2] = js_bool(JS_VALUE_GET_INT(op1) binary_op JS_VALUE_GET_INT(op2)); \\\n                    sp--;                                               \\\n                } else {                                                \\\n                    sf->cur_pc = pc;                                    \\\n                    if (slow_call)                                      \\\n                        goto exception;                                 \\\n                    sp--;                                               \\\n                }                                                       \\\n                }                                                       \\\n            BREAK\n\n",
        new: "#define OP_CMP(opcode, binary_op, slow_call)              \\\n            CASE(opcode):                                 \\\n                {                                         \\\n                JSValue op1, op2;                         \\\n                double d1, d2;                            \\\n                bool holds;                               \\\n                op1 = sp[-2];                             \\\n                op2 = sp[-1];                                   \\\n                if (likely(JS_VALUE_IS_BOTH_INT(op1, op2))) {           \\\n                    holds = JS_VALUE_GET_INT(op1) binary_op JS_VALUE_GET_INT(op2); \\\n                } else if (js_arith_to_float64(op1, &d1) && js_arith_to_float64(op2, &d2)) { \\\n                    holds = d1 binary_op d2;                            \\\n                } else {                                                \\\n                    sf->cur_pc = pc;                                    \\\n                    if (slow_call)                                      \\\n                        goto exception;                                 \\\n                    sp--;                                               \\\n                    BREAK;                                              \\\n                }                                                       \\\n                if (likely(*pc == OP_if_false8 || *pc == OP_if_false)) { \\\n                    sp -= 2;                                            \\\n                    JUMP_UNLESS(holds);                                 \\\n                } else {                                                \\\n                    sp[-2] = js_bool(holds);                            \\\n                    sp--;                                               \\\n                }                                                       \\\n                }                                                       \\\n            BREAK\n\n",
        count: 1,
    },
    Rule {
        name: "the end of a loop jumps itself",
        file: "quickjs.c",
        old: "                    var_buf[idx] = js_int32(val + 1);\n",
        new: "                    var_buf[idx] = js_int32(val + 1);\n                    if (*pc == OP_goto8) {\n                        pc++;\n                        pc += (int8_t)*pc;\n                    } else if (*pc == OP_goto16) {\n                        pc++;\n                        pc += get_i16(pc);\n                    }\n",
        count: 1,
    },
    Rule {
        name: "instructions for several; parsing compares temporary ones, of the same numbers, to later ones",
        file: "quickjs-opcode.h",
        old: "DEF(    push_minus1, 1, 0, 1, none_int)\nDEF(         push_0, 1, 0, 1, none_int)\nDEF(         push_1, 1, 0, 1, none_int)\nDEF(         push_2, 1, 0, 1, none_int)\nDEF(         push_3, 1, 0, 1, none_int)\nDEF(         push_4, 1, 0, 1, none_int)\nDEF(         push_5, 1, 0, 1, none_int)\nDEF(         push_6, 1, 0, 1, none_int)\nDEF(         push_7, 1, 0, 1, none_int)\n",
        new: "#include \"fused-opcode.h\"\n\n",
        count: 1,
    },
    Rule {
        name: "no short variables",
        file: "quickjs-opcode.h",
        old: "DEF(  get_loc0_loc1, 1, 0, 2, none_loc)\nDEF(       get_loc0, 1, 0, 1, none_loc)\nDEF(       get_loc1, 1, 0, 1, none_loc)\nDEF(       get_loc2, 1, 0, 1, none_loc)\nDEF(       get_loc3, 1, 0, 1, none_loc)\nDEF(       put_loc0, 1, 1, 0, none_loc)\nDEF(       put_loc1, 1, 1, 0, none_loc)\nDEF(       put_loc2, 1, 1, 0, none_loc)\nDEF(       put_loc3, 1, 1, 0, none_loc)\nDEF(       set_loc0, 1, 1, 1, none_loc)\nDEF(       set_loc1, 1, 1, 1, none_loc)\nDEF(       set_loc2, 1, 1, 1, none_loc)\nDEF(       set_loc3, 1, 1, 1, none_loc)\nDEF(       get_arg0, 1, 0, 1, none_arg)\nDEF(       get_arg1, 1, 0, 1, none_arg)\nDEF(       get_arg2, 1, 0, 1, none_arg)\nDEF(       get_arg3, 1, 0, 1, none_arg)\nDEF(       put_arg0, 1, 1, 0, none_arg)\nDEF(       put_arg1, 1, 1, 0, none_arg)\nDEF(       put_arg2, 1, 1, 0, none_arg)\nDEF(       put_arg3, 1, 1, 0, none_arg)\nDEF(       set_arg0, 1, 1, 1, none_arg)\nDEF(       set_arg1, 1, 1, 1, none_arg)\nDEF(       set_arg2, 1, 1, 1, none_arg)\nDEF(       set_arg3, 1, 1, 1, none_arg)\nDEF(   get_var_ref0, 1, 0, 1, none_var_ref)\nDEF(   get_var_ref1, 1, 0, 1, none_var_ref)\nDEF(   get_var_ref2, 1, 0, 1, none_var_ref)\nDEF(   get_var_ref3, 1, 0, 1, none_var_ref)\nDEF(   put_var_ref0, 1, 1, 0, none_var_ref)\nDEF(   put_var_ref1, 1, 1, 0, none_var_ref)\nDEF(   put_var_ref2, 1, 1, 0, none_var_ref)\nDEF(   put_var_ref3, 1, 1, 0, none_var_ref)\nDEF(   set_var_ref0, 1, 1, 1, none_var_ref)\nDEF(   set_var_ref1, 1, 1, 1, none_var_ref)\nDEF(   set_var_ref2, 1, 1, 1, none_var_ref)\nDEF(   set_var_ref3, 1, 1, 1, none_var_ref)\n\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "no short calls",
        file: "quickjs-opcode.h",
        old: "DEF(          call0, 1, 1, 1, npopx)\nDEF(          call1, 1, 1, 1, npopx)\nDEF(          call2, 1, 1, 1, npopx)\nDEF(          call3, 1, 1, 1, npopx)\n\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "an element is set after its key has been looked at",
        file: "quickjs.c",
        old: "        CASE(OP_put_array_el):\n            {",
        new: "        CASE(OP_put_array_el):\n        put_array_el:\n            {",
        count: 1,
    },
];

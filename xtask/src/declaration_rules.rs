//! Variables of `let` and `const` that can't be used before their declaration need not be asked whether they have been.
//!
//! QuickJS asks at each use, and its other optimisations do not know the instructions that ask: `i++` is four of them for a
//! variable of `let`, and one for a variable of `var`. But the code behind a declaration, in its own function and block,
//! is reached through the declaration alone, unless the block is that of a `switch`. Functions inside ask as ever, and
//! so does what stands before the declaration. The case `guest/a_variable_before_its_declaration` holds what must throw.

use crate::rules::Rule;

pub const RULES: &[Rule] = &[
    Rule {
        name: "where a declaration has been run",
        file: "quickjs.c",
        old: "                          definition */\n} JSVarDef;",
        new: "                          definition */\n    int declared_at; /* 0: nowhere for sure */\n    bool is_asked;\n} JSVarDef;",
        count: 1,
    },
    Rule {
        name: "a block that is entered at many places",
        file: "quickjs.c",
        old: "    uint8_t is_await_using : 1; /* scope has await using declarations */\n",
        new: "    uint8_t is_await_using : 1; /* scope has await using declarations */\n    uint8_t is_switch : 1;\n",
        count: 1,
    },
    Rule {
        name: "other blocks are not",
        file: "quickjs.c",
        old: "        fd->scopes[scope].is_await_using = 0;\n",
        new: "        fd->scopes[scope].is_await_using = 0;\n        fd->scopes[scope].is_switch = 0;\n",
        count: 1,
    },
    Rule {
        name: "the block of a switch is",
        file: "quickjs.c",
        old: "            push_scope(s);\n            label_break = new_label(s);\n            push_break_entry(s->cur_func, &break_entry,\n                             label_name, label_break, -1, 1);\n\n            if (js_parse_expect(s, '{'))",
        new: "            push_scope(s);\n            s->cur_func->scopes[s->cur_func->scope_level].is_switch = 1;\n            label_break = new_label(s);\n            push_break_entry(s->cur_func, &break_entry,\n                             label_name, label_break, -1, 1);\n\n            if (js_parse_expect(s, '{'))",
        count: 1,
    },
    Rule {
        name: "what one declaration declares",
        file: "quickjs.c",
        old: "    JSAtom name = JS_ATOM_NULL;\n\n    for (;;) {\n        if (s->token.val == TOK_IDENT) {\n            if (s->token.u.ident.is_reserved) {",
        new: "    JSAtom name = JS_ATOM_NULL;\n\n    for (;;) {\n        int first = fd->var_count;\n        if (s->token.val == TOK_IDENT) {\n            if (s->token.u.ident.is_reserved) {",
        count: 1,
    },
    Rule {
        name: "it has been run behind its last instruction",
        file: "quickjs.c",
        old: "                return js_parse_error(s, \"variable name expected\");\n            }\n        }\n        if (s->token.val != ',')\n            break;\n",
        new: "                return js_parse_error(s, \"variable name expected\");\n            }\n        }\n        note_declared(fd, first);\n        if (s->token.val != ',')\n            break;\n",
        count: 1,
    },
    Rule {
        name: "what the head of a loop declares",
        file: "quickjs.c",
        old: "    block_scope_level = fd->scope_level;\n    label_cont = new_label(s);\n    label_body = new_label(s);\n    label_break = new_label(s);\n    label_next = new_label(s);\n",
        new: "    block_scope_level = fd->scope_level;\n    int first = fd->var_count;\n    label_cont = new_label(s);\n    label_body = new_label(s);\n    label_break = new_label(s);\n    label_next = new_label(s);\n",
        count: 1,
    },
    Rule {
        name: "it has been run in the body",
        file: "quickjs.c",
        old: "    emit_label(s, label_body);\n    {\n        bool scope_has_using",
        new: "    emit_label(s, label_body);\n    note_declared(fd, first);\n    {\n        bool scope_has_using",
        count: 1,
    },
    Rule {
        name: "only what may come too early asks",
        file: "quickjs.c",
        old: "s->vars[var_idx].is_lexical",
        new: "may_be_early(s->vars[var_idx], pos_next)",
        count: 3,
    },
    Rule {
        name: "how a mark is known to be needed",
        file: "quickjs.c",
        old: "static __exception int resolve_labels(JSContext *ctx, JSFunctionDef *s)\n{",
        new: "#include \"declaration.h\"\n\nstatic __exception int resolve_labels(JSContext *ctx, JSFunctionDef *s)\n{",
        count: 1,
    },
    Rule {
        name: "who asks",
        file: "quickjs.c",
        old: "    label_slots = s->label_slots;\n\n    line_num = s->line_num;\n    col_num = s->col_num;\n",
        new: "    label_slots = s->label_slots;\n    note_asked(s);\n\n    line_num = s->line_num;\n    col_num = s->col_num;\n",
        count: 1,
    },
    Rule {
        name: "no mark where no use comes too early",
        file: "quickjs.c",
        old: "        case OP_call:\n        case OP_call_method:\n            {\n                /* detect and transform tail calls */",
        new: "        case OP_set_loc_uninitialized:\n            if (!needs_mark(s, get_u16(bc_buf + pos + 1)))\n                break;\n            goto no_change;\n\n        case OP_call:\n        case OP_call_method:\n            {\n                /* detect and transform tail calls */",
        count: 1,
    },
];

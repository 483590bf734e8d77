//! QuickJS as the language of spells. What the rules call stands at the top of guests/quickjs-wasm/src/engine.c.

use crate::rules::Rule;

pub const RULES: &[Rule] = &[
    // The snapshot is taken before there is a clock. Math.random gets its seed when a run begins; the hash seed stays
    // as it is, since objects are in tables by it: fuel bounds what colliding keys can cost.
    Rule {
        name: "no clock before the snapshot",
        file: "quickjs.c",
        old: "    ctx->random_state = js__gettimeofday_us();\n",
        new: "    ctx->random_state = 1;\n",
        count: 1,
    },
    Rule {
        name: "endless recursion is an error that can be caught, also on WASI",
        file: "quickjs.c",
        old: "    rt->stack_limit = 0; /* no limit */\n#else\n",
        new: "    rt->stack_limit = STACK_LIMIT;\n#else\n",
        count: 1,
    },
    Rule {
        name: "a run that is out of memory again and again ends",
        file: "quickjs.c",
        old: "        rt->in_out_of_memory = true;\n        JS_ThrowInternalError(ctx, \"out of memory\");\n",
        new: "        rt->in_out_of_memory = true;\n        count_out_of_memory();\n        JS_ThrowInternalError(ctx, \"out of memory\");\n",
        count: 1,
    },
    // Else a spell with much in use could fill its memory with cycles before anyone looks for them.
    Rule {
        name: "cycles are collected in time",
        file: "quickjs.c",
        old: "            (rt->malloc_state.malloc_size >> 1);\n",
        new: "            min_int(rt->malloc_state.malloc_size >> 1, MOST_GARBAGE);\n",
        count: 1,
    },
    // A spell's main chunk is a script that may await and return; it has no value of its last statement.
    Rule {
        name: "a main chunk may return",
        file: "quickjs.c",
        old: "        if (s->cur_func->is_eval) {\n            js_parse_error(s, \"return not in a function\");",
        new: "        if (s->cur_func->is_eval && !is_main_chunk(s->cur_func)) {\n            js_parse_error(s, \"return not in a function\");",
        count: 1,
    },
    Rule {
        name: "a main chunk has no other value",
        file: "quickjs.c",
        old: "    if (!s->is_module) {\n        /* hidden variable for the return value */",
        new: "    if (fd->func_kind != JS_FUNC_ASYNC) {\n        /* hidden variable for the return value */",
        count: 1,
    },
    Rule {
        name: "a main chunk ends as a function does",
        file: "quickjs.c",
        old: "        if (!s->is_module) {\n            if (fd->func_kind == JS_FUNC_ASYNC) {",
        new: "        if (fd->func_kind != JS_FUNC_ASYNC) {\n            if (fd->func_kind == JS_FUNC_ASYNC) {",
        count: 2,
    },
    Rule {
        name: "import and export tell a module",
        file: "quickjs.c",
        old: "    } else {\n        if (js_parse_statement_or_decl(s, DECL_MASK_ALL))\n            return -1;\n    }\n    return 0;\n}\n\n/* `filename` may be pure ASCII or UTF-8 encoded */",
        new: "    } else {\n        if (!fd->module && (s->token.val == TOK_EXPORT || (s->token.val == TOK_IMPORT &&\n            ((tok = peek_token(s, false)) != '(' && tok != '.'))))\n            found_module_syntax = true;\n        if (js_parse_statement_or_decl(s, DECL_MASK_ALL))\n            return -1;\n    }\n    return 0;\n}\n\n/* `filename` may be pure ASCII or UTF-8 encoded */",
        count: 1,
    },
    Rule {
        name: "looking at the syntax loads no module",
        file: "quickjs.c",
        old: "        m->func_obj = fun_obj;\n        if (js_resolve_module(ctx, m) < 0)",
        new: "        m->func_obj = fun_obj;\n        if (!syntax_only && js_resolve_module(ctx, m) < 0)",
        count: 1,
    },
    Rule {
        name: "what a module with await returns",
        file: "quickjs.c",
        old: "    module->async_evaluation = false;\n    js_set_module_evaluated(ctx, module);\n",
        new: "    module->async_evaluation = false;\n    js_set_module_evaluated(ctx, module);\n    keep_module_value(ctx, module, argv[0]);\n",
        count: 1,
    },
    Rule {
        name: "what a module without await returns",
        file: "quickjs.c",
        old: "        if (state == JS_PROMISE_FULFILLED) {\n            JS_FreeValue(ctx, promise);\n        } else if",
        new: "        if (state == JS_PROMISE_FULFILLED) {\n            JSValue value = JS_PromiseResult(ctx, promise);\n            keep_module_value(ctx, m, value);\n            JS_FreeValue(ctx, value);\n            JS_FreeValue(ctx, promise);\n        } else if",
        count: 1,
    },
    // `const workflow = workflow.sequential(…)` always throws: the new name hides the old one, and has no value yet. So
    // for names that the prelude defines, and for exactly this form, the old one is meant: no program that works
    // changes.
    Rule {
        name: "a constant made from the global of its own name",
        file: "quickjs.c",
        old: "                    if (js_parse_assign_expr2(s, parse_flags))\n                        goto var_error;\n                    set_object_name(s, name);\n\n                    if (tok == TOK_USING) {",
        new: "                    made_from_own = (tok == TOK_CONST || tok == TOK_LET) && is_own_global(name) &&\n                        (s->token.val == TOK_AWAIT || is_member_of(s, name)) ? name : JS_ATOM_NULL;\n                    if (js_parse_assign_expr2(s, parse_flags))\n                        goto var_error;\n                    made_from_own = JS_ATOM_NULL;\n                    set_object_name(s, name);\n\n                    if (tok == TOK_USING) {",
        count: 1,
    },
    Rule {
        name: "the same, awaited",
        file: "quickjs.c",
        old: "            return js_parse_error(s, \"await in default expression\");\n        if (next_token(s))\n            return -1;\n",
        new: "            return js_parse_error(s, \"await in default expression\");\n        if (next_token(s))\n            return -1;\n        if (made_from_own != JS_ATOM_NULL && !is_member_of(s, made_from_own))\n            made_from_own = JS_ATOM_NULL;\n",
        count: 1,
    },
    Rule {
        name: "the global of that name is read",
        file: "quickjs.c",
        old: "            do_get_var:\n",
        new: "            do_get_var:\n                if (name == made_from_own) {\n                    made_from_own = JS_ATOM_NULL;\n                    emit_source_loc_at(s, identifier_line_num, identifier_col_num);\n                    emit_op(s, OP_scope_get_var);\n                    emit_atom(s, JS_ATOM_globalThis);\n                    emit_u16(s, s->cur_func->scope_level);\n                    emit_op(s, OP_get_field);\n                    emit_atom(s, name);\n                    JS_FreeAtom(s->ctx, name);\n                    break;\n                }\n",
        count: 1,
    },
    Rule {
        name: "the prelude's frames are nobody's business",
        file: "quickjs.c",
        old: "            backtrace_barrier = b->backtrace_barrier;\n        }\n",
        new: "            backtrace_barrier = b->backtrace_barrier;\n            if (b->filename == prelude_name)\n                continue;\n        }\n",
        count: 1,
    },
    Rule {
        name: "what is absent, and what does its work",
        file: "quickjs.c",
        old: "    return JS_ThrowReferenceError(ctx, \"%s is not defined\",\n                                  JS_AtomGetStr(ctx, buf, sizeof(buf), name));",
        new: "    const char *text = JS_AtomGetStr(ctx, buf, sizeof(buf), name);\n    return JS_ThrowReferenceError(ctx, \"%s is not defined%s\", text, way_without(text));",
        count: 1,
    },
];

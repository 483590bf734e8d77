//! QuickJS as the language of spells. What the rules call stands at the top of guests/quickjs-wasm/src/engine.c.

use crate::rules::Rule;

pub const RULES: &[Rule] = &[
    // The snapshot is taken before there is a clock. The hash seed stays as it is, since objects are in tables by it:
    // fuel bounds what colliding keys can cost.
    Rule {
        name: "no clock before the snapshot",
        file: "quickjs.c",
        old: "    ctx->random_state = js__gettimeofday_us();\n",
        new: "    ctx->random_state = 1;\n",
        count: 1,
    },
    // A seed that lay in the snapshot would be the same in every run.
    Rule {
        name: "Math.random gets its seed when it is first called",
        file: "quickjs.c",
        old: "    v = xorshift64star(&ctx->random_state);\n",
        new: "    if (unlikely(!ctx->random_state))\n        ctx->random_state = draw_seed();\n    v = xorshift64star(&ctx->random_state);\n",
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
    // Where there is no room for a name, there is an exception without an error.
    Rule {
        name: "an exception without an error is out of memory",
        file: "quickjs.c",
        old: " exception:\n    if (needs_backtrace(rt->current_exception)\n",
        new: " exception:\n    if (unlikely(JS_IsUninitialized(rt->current_exception)))\n        JS_ThrowOutOfMemory(ctx);\n    if (needs_backtrace(rt->current_exception)\n",
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
    Rule {
        name: "arenas of another size",
        file: "quickjs.c",
        old: "    n_blocks = (JS_ARENA_SIZE - sizeof(JSArena)) / block_size;\n",
        new: "    n_blocks = (arena_bytes - sizeof(JSArena)) / block_size;\n",
        count: 1,
    },
    Rule {
        name: "the snapshot's atoms stay",
        file: "quickjs.c",
        old: "    return (int32_t)v < JS_ATOM_END;\n",
        new: "    return (int32_t)v < constant_atoms;\n",
        count: 1,
    },
    // Names that load a script of the prelude (guests/quickjs-wasm/src/named.c), as the engine makes its own objects when they are
    // first looked at.
    Rule {
        name: "a name may load a script of the prelude",
        file: "quickjs.c",
        old: "    switch ((uintptr_t)opaque) {
    default:
        abort();
    case JS_BUILTIN_ARRAY_FROMASYNC:",
        new: "    switch ((uintptr_t)opaque) {
    default:
        return js_named_autoinit(ctx, opaque);
    case JS_BUILTIN_ARRAY_FROMASYNC:",
        count: 1,
    },
    // The script may let go of the object, where a spell's own code runs within it.
    Rule {
        name: "the object stays while its property is made",
        file: "quickjs.c",
        old: "    val = func(realm, p, prop, pr->u.init.opaque);\n",
        new: "    JSValue kept = js_dup(JS_MKPTR(JS_TAG_OBJECT, p));
    val = func(realm, p, prop, pr->u.init.opaque);\n",
        count: 1,
    },
    Rule {
        name: "what fails is tried again",
        file: "quickjs.c",
        old: "    js_autoinit_free(ctx->rt, pr);
    prs->flags &= ~JS_PROP_TMASK;
    pr->u.value = JS_UNDEFINED;
    if (JS_IsException(val))
        return -1;
    pr->u.value = val;
    return 0;
",
        new: "    int result = -1;
    if (!JS_IsException(val)) {
        prs = find_own_property(&pr, p, prop);
        if (!prs || (prs->flags & JS_PROP_TMASK) != JS_PROP_AUTOINIT) {
            JS_FreeValue(ctx, val);
            result = 0;
        } else if (js_shape_prepare_update(ctx, p, &prs)) {
            JS_FreeValue(ctx, val);
        } else {
            js_autoinit_free(ctx->rt, pr);
            prs->flags &= ~JS_PROP_TMASK;
            pr->u.value = val;
            result = 0;
        }
    }
    JS_FreeValue(ctx, kept);
    return result;
",
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
        new: "    if (fd->func_kind != JS_FUNC_ASYNC || parsing_entry) {\n        /* hidden variable for the return value */",
        count: 1,
    },
    Rule {
        name: "a main chunk ends as a function does",
        file: "quickjs.c",
        old: "        if (!s->is_module) {\n            if (fd->func_kind == JS_FUNC_ASYNC) {",
        new: "        if (fd->func_kind != JS_FUNC_ASYNC || parsing_entry) {\n            if (false) {",
        count: 2,
    },
    // A prompt (guests/quickjs-wasm/src/repl.c): what ends too early is asked for, and what was declared may be declared again.
    Rule {
        name: "it is told where a text ends too early",
        file: "quickjs.c",
        old: "    va_start(ap, fmt);\n    JS_ThrowError2(ctx, JS_SYNTAX_ERROR, false, fmt, ap);\n",
        new: "    note_early_end(s, fmt);\n    va_start(ap, fmt);\n    JS_ThrowError2(ctx, JS_SYNTAX_ERROR, false, fmt, ap);\n",
        count: 1,
    },
    Rule {
        name: "a template that does not end is told from a string",
        file: "quickjs.c",
        old: "    s->token.val = TOK_TEMPLATE;\n    s->token.u.str.sep = c;\n    s->token.u.str.str = str;\n    s->buf_ptr = p;\n    return 0;\n\n unexpected_eof:\n    js_parse_error(s, \"unexpected end of string\");",
        new: "    s->token.val = TOK_TEMPLATE;\n    s->token.u.str.sep = c;\n    s->token.u.str.str = str;\n    s->buf_ptr = p;\n    return 0;\n\n unexpected_eof:\n    js_parse_error(s, \"unexpected end of template\");",
        count: 1,
    },
    Rule {
        name: "a prompt's names may be declared again",
        file: "quickjs.c",
        old: "    prs = find_own_property1(p, prop);\n    if (prs) {\n    fail_redeclaration:\n",
        new: "    prs = find_own_property1(p, prop);\n    if (prs && at_prompt) {\n        JS_DeleteProperty(ctx, JS_MKPTR(JS_TAG_OBJECT, p), prop, 0);\n        prs = NULL;\n    }\n    if (prs) {\n    fail_redeclaration:\n",
        count: 1,
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
    // Replies are String objects: `reply === "yes"` is what everybody writes.
    Rule {
        name: "a text equals a reply",
        file: "quickjs.c",
        old: "            if (!tag_is_string(tag2)) {\n                res = false;\n            } else if (tag1 == JS_TAG_STRING && tag2 == JS_TAG_STRING) {\n                res = js_string_eq(",
        new: "            if (!tag_is_string(tag2)) {\n                res = tag2 == JS_TAG_OBJECT && eq_mode != JS_EQ_SAME_VALUE && equals_reply(op1, op2);\n            } else if (tag1 == JS_TAG_STRING && tag2 == JS_TAG_STRING) {\n                res = js_string_eq(",
        count: 1,
    },
    Rule {
        name: "a reply equals its text, and a reply that says the same",
        file: "quickjs.c",
        old: "        if (tag1 != tag2)\n            res = false;\n        else\n            res = JS_VALUE_GET_OBJ(op1) == JS_VALUE_GET_OBJ(op2);\n",
        new: "        res = tag1 == tag2 && JS_VALUE_GET_OBJ(op1) == JS_VALUE_GET_OBJ(op2);\n        if (!res && eq_mode != JS_EQ_SAME_VALUE)\n            res = equals_reply(op1, op2);\n",
        count: 1,
    },
    Rule {
        name: "an empty reply is false",
        file: "quickjs.c",
        old: "            bool ret = !p->is_HTMLDDA;\n            JS_FreeValue(ctx, val);\n",
        new: "            bool ret = !p->is_HTMLDDA && !is_empty_reply(val);\n            JS_FreeValue(ctx, val);\n",
        count: 1,
    },
    Rule {
        name: "a reply in a Map or Set is its text",
        file: "quickjs.c",
        old: "    return safe_const(map_normalize_key(ctx, unsafe_unconst(key)));\n",
        new: "    JSValueConst text = reply_text(key);\n    if (!JS_IsUndefined(text))\n        return text;\n    return safe_const(map_normalize_key(ctx, unsafe_unconst(key)));\n",
        count: 1,
    },
    Rule {
        name: "a reply in another Set is its text",
        file: "quickjs.c",
        old: "    uint32_t tag = JS_VALUE_GET_TAG(key);\n    // convert -0.0 to +0.0\n",
        new: "    uint32_t tag = JS_VALUE_GET_TAG(key);\n    JSValueConst text = reply_text(key);\n    if (!JS_IsUndefined(text)) {\n        JSValue own = js_dup(text);\n        JS_FreeValue(ctx, key);\n        return own;\n    }\n    // convert -0.0 to +0.0\n",
        count: 1,
    },
    // What is held weakly is an object: itself.
    Rule {
        name: "a reply in a WeakMap is itself",
        file: "quickjs.c",
        old: "    key = map_normalize_key_const(ctx, argv[0]);\n",
        new: "    key = s->is_weak ? argv[0] : map_normalize_key_const(ctx, argv[0]);\n",
        count: 5,
    },
    // Keys are normalised: what is left to compare has one form each.
    Rule {
        name: "keys are compared as they are",
        file: "quickjs.c",
        old: "        if (js_same_value_zero(ctx, mr->key, key))\n",
        new: "        if (js_same_value(ctx, mr->key, key))\n",
        count: 1,
    },
    Rule {
        name: "what a WeakRef is made of stays during the job",
        file: "quickjs.c",
        old: "    wr->u.weak_ref_data = wrd;\n    insert_weakref_record(arg, wr);\n",
        new: "    wr->u.weak_ref_data = wrd;\n    insert_weakref_record(arg, wr);\n    keep_during_job(ctx, arg);\n",
        count: 1,
    },
    Rule {
        name: "what a WeakRef gives stays during the job",
        file: "quickjs.c",
        old: "    return js_dup(wrd->target);\n",
        new: "    keep_during_job(ctx, wrd->target);\n    return js_dup(wrd->target);\n",
        count: 1,
    },
    // WebAssembly has no computed goto: the compiler makes one jump table of all of them, which leaves the interpreter's
    // variables in memory. A plain switch is faster, and so is one without the pass over small jump tables.
    Rule {
        name: "a plain switch",
        file: "quickjs.c",
        old: "#define DIRECT_DISPATCH  1",
        new: "#define DIRECT_DISPATCH  0",
        count: 1,
    },
    // `const workflow = workflow.sequential(…)` always throws: the new name hides the old one, and has no value yet. So
    // for names that the prelude defines, and for exactly this form, the old one is meant: no program that works
    // changes.
    Rule {
        name: "a constant made from the global of its own name",
        file: "quickjs.c",
        old: "                    if (js_parse_assign_expr2(s, parse_flags))\n                        goto var_error;\n                    set_object_name(s, name);\n\n                    if (tok == TOK_USING) {",
        new: "                    made_from_own = tok == TOK_CONST && is_own_global(name) &&\n                        (s->token.val == TOK_AWAIT || is_member_of(s, name)) ? name : JS_ATOM_NULL;\n                    if (js_parse_assign_expr2(s, parse_flags)) {\n                        made_from_own = JS_ATOM_NULL;\n                        goto var_error;\n                    }\n                    made_from_own = JS_ATOM_NULL;\n                    set_object_name(s, name);\n\n                    if (tok == TOK_USING) {",
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
        name: "the prelude's frames are not shown",
        file: "quickjs.c",
        old: "            backtrace_barrier = b->backtrace_barrier;\n        }\n",
        new: "            backtrace_barrier = b->backtrace_barrier;\n            if (b->filename == prelude_name)\n                continue;\n        }\n",
        count: 1,
    },
    // What can't be imported has no stack, as nothing runs: it gets the lines of the imports that lead there.
    Rule {
        name: "an import has a line",
        file: "quickjs.c",
        old: "    JSValue attributes; /* JS_UNDEFINED or an object containing the attributes as key/value */\n} JSReqModuleEntry;",
        new: "    JSValue attributes; /* JS_UNDEFINED or an object containing the attributes as key/value */\n    int line;\n} JSReqModuleEntry;",
        count: 1,
    },
    Rule {
        name: "the line is that of the name",
        file: "quickjs.c",
        old: "    module_name = JS_ValueToAtom(s->ctx, s->token.u.str.str);\n    if (module_name == JS_ATOM_NULL)\n        return -1;\n    if (next_token(s)) {\n        JS_FreeAtom(s->ctx, module_name);\n        return -1;\n    }\n\n    if (js_parse_with_clause",
        new: "    import_line = s->token.line_num;\n    module_name = JS_ValueToAtom(s->ctx, s->token.u.str.str);\n    if (module_name == JS_ATOM_NULL)\n        return -1;\n    if (next_token(s)) {\n        JS_FreeAtom(s->ctx, module_name);\n        return -1;\n    }\n\n    if (js_parse_with_clause",
        count: 1,
    },
    Rule {
        name: "the line is that of the name, where nothing is named",
        file: "quickjs.c",
        old: "        module_name = JS_ValueToAtom(ctx, s->token.u.str.str);\n        if (module_name == JS_ATOM_NULL)\n            return -1;\n        if (next_token(s)) {\n            JS_FreeAtom(ctx, module_name);",
        new: "        import_line = s->token.line_num;\n        module_name = JS_ValueToAtom(ctx, s->token.u.str.str);\n        if (module_name == JS_ATOM_NULL)\n            return -1;\n        if (next_token(s)) {\n            JS_FreeAtom(ctx, module_name);",
        count: 1,
    },
    Rule {
        name: "the line is kept",
        file: "quickjs.c",
        old: "    rme->attributes = js_dup(attributes);\n    return i;\n",
        new: "    rme->attributes = js_dup(attributes);\n    rme->line = import_line;\n    return i;\n",
        count: 1,
    },
    Rule {
        name: "an import that fails",
        file: "quickjs.c",
        old: "                                                  rme->attributes);\n        if (!m1)\n            return -1;\n        rme->module = m1;\n",
        new: "                                                  rme->attributes);\n        if (!m1) {\n            note_import(ctx, m->module_name, rme->line);\n            return -1;\n        }\n        rme->module = m1;\n",
        count: 1,
    },
    Rule {
        name: "an import of what fails",
        file: "quickjs.c",
        old: "        if (js_resolve_module(ctx, m1) < 0)\n            return -1;\n    }\n    return 0;\n",
        new: "        if (js_resolve_module(ctx, m1) < 0) {\n            note_import(ctx, m->module_name, rme->line);\n            return -1;\n        }\n    }\n    return 0;\n",
        count: 1,
    },
    Rule {
        name: "where a task waits",
        file: "quickjs.c",
        old: "            /* await */\n            JS_FreeValue(ctx, func_ret); /* not used */\n",
        new: "            /* await */\n            note_await(s);\n            JS_FreeValue(ctx, func_ret); /* not used */\n",
        count: 1,
    },
    Rule {
        name: "a forgotten await can be told",
        file: "quickjs.c",
        old: "    promise = JS_NewPromiseCapability(ctx, s->resolving_funcs);\n    if (JS_IsException(promise))\n        goto fail;\n\n    if (async_func_init",
        new: "    promise = begin_promise(ctx, func_obj, s->resolving_funcs);\n    if (JS_IsException(promise))\n        goto fail;\n\n    if (async_func_init",
        count: 1,
    },
    Rule {
        name: "what is absent, and what does its work",
        file: "quickjs.c",
        old: "    return JS_ThrowReferenceError(ctx, \"%s is not defined\",\n                                  JS_AtomGetStr(ctx, buf, sizeof(buf), name));",
        new: "    const char *text = JS_AtomGetStr(ctx, buf, sizeof(buf), name);\n    return JS_ThrowReferenceError(ctx, \"%s is not defined%s\", text, way_without(text));",
        count: 1,
    },
    Rule {
        name: "what is no constructor, and what does its work",
        file: "quickjs.c",
        old: "fini:\n    return JS_ThrowTypeError(ctx, \"not a constructor\");",
        new: "fini:\n    return throw_no_constructor(ctx, func_obj);",
        count: 1,
    },
    // What a spell starts in a task, or while it answers a call of the host, says so, also what it starts in reactions to
    // promises that it came to wait for meanwhile.
    Rule {
        name: "a job knows the task and the call that it belongs to",
        file: "quickjs.c",
        old: "    JSJobFunc *job_func;\n    int argc;\n",
        new: "    JSJobFunc *job_func;\n    uint64_t scope;\n    int argc;\n",
        count: 1,
    },
    Rule {
        name: "a job takes them over",
        file: "quickjs.c",
        old: "    e->job_func = job_func;\n",
        new: "    e->job_func = job_func;\n    e->scope = current_scope;\n",
        count: 1,
    },
    Rule {
        name: "a job runs in them",
        file: "quickjs.c",
        old: "    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n",
        new: "    current_scope = e->scope;\n    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n    current_scope = 0;\n",
        count: 1,
    },
    Rule {
        name: "a reaction knows its task and call",
        file: "quickjs.c",
        old: "    JSValue handler;\n} JSPromiseReactionData;",
        new: "    JSValue handler;\n    uint64_t scope;\n} JSPromiseReactionData;",
        count: 1,
    },
    Rule {
        name: "a reaction takes them over",
        file: "quickjs.c",
        old: "        rd->handler = js_dup(handler);\n        rd_array[i] = rd;\n",
        new: "        rd->handler = js_dup(handler);\n        rd->scope = current_scope;\n        rd_array[i] = rd;\n",
        count: 1,
    },
    Rule {
        name: "a reaction runs in them",
        file: "quickjs.c",
        old: "        args[4] = value;\n        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);\n",
        new: "        args[4] = value;\n        uint64_t scope = current_scope;\n        current_scope = rd->scope;\n        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);\n        current_scope = scope;\n",
        count: 1,
    },
    // WebAssembly's own stack, with most locals and all return addresses, can't be seen from C. Plain calls use it about
    // 2.3 times as much as the C stack, of which there is a third. What would use it more takes more of the C stack.
    Rule {
        name: "js_parse_unary recurses",
        file: "quickjs.c",
        old: "static __exception int js_parse_unary(JSParseState *s, int parse_flags)\n{\n",
        new: "static __exception int js_parse_unary(JSParseState *s, int parse_flags)\n{\n    char reserve[820];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_parse_assign_expr2 recurses",
        file: "quickjs.c",
        old: "static __exception int js_parse_assign_expr2(JSParseState *s, int parse_flags)\n{\n",
        new: "static __exception int js_parse_assign_expr2(JSParseState *s, int parse_flags)\n{\n    char reserve[220];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_parse_function_decl2 recurses",
        file: "quickjs.c",
        old: "static __exception int js_parse_function_decl2(JSParseState *s,\n                                               JSParseFunctionEnum func_type,\n                                               JSFunctionKindEnum func_kind,\n                                               JSAtom func_name,\n                                               const uint8_t *ptr,\n                                               int function_line_num,\n                                               int function_col_num,\n                                               JSParseExportEnum export_flag,\n                                               JSFunctionDef **pfd)\n{\n",
        new: "static __exception int js_parse_function_decl2(JSParseState *s,\n                                               JSParseFunctionEnum func_type,\n                                               JSFunctionKindEnum func_kind,\n                                               JSAtom func_name,\n                                               const uint8_t *ptr,\n                                               int function_line_num,\n                                               int function_col_num,\n                                               JSParseExportEnum export_flag,\n                                               JSFunctionDef **pfd)\n{\n    char reserve[900];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_parse_class recurses",
        file: "quickjs.c",
        old: "static __exception int js_parse_class(JSParseState *s, bool is_class_expr,\n                                      JSParseExportEnum export_flag)\n{\n",
        new: "static __exception int js_parse_class(JSParseState *s, bool is_class_expr,\n                                      JSParseExportEnum export_flag)\n{\n    char reserve[1000];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "json_parse_value recurses",
        file: "quickjs.c",
        old: "static JSValue json_parse_value(JSParseState *s, JSONParseRecord *pr)\n{\n",
        new: "static JSValue json_parse_value(JSParseState *s, JSONParseRecord *pr)\n{\n    char reserve[90];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_json_to_str recurses",
        file: "quickjs.c",
        old: "static int js_json_to_str(JSContext *ctx, JSONStringifyContext *jsc,\n                          JSValueConst holder, JSValue val,\n                          JSValueConst indent)\n{\n",
        new: "static int js_json_to_str(JSContext *ctx, JSONStringifyContext *jsc,\n                          JSValueConst holder, JSValue val,\n                          JSValueConst indent)\n{\n    char reserve[100];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "internalize_json_property recurses",
        file: "quickjs.c",
        old: "static JSValue internalize_json_property(JSContext *ctx, JSValueConst holder,\n                                         JSAtom name, JSValueConst reviver,\n                                         const char *text_str, JSONParseRecord *pr)\n{\n",
        new: "static JSValue internalize_json_property(JSContext *ctx, JSValueConst holder,\n                                         JSAtom name, JSValueConst reviver,\n                                         const char *text_str, JSONParseRecord *pr)\n{\n    char reserve[100];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "JS_FlattenIntoArray recurses",
        file: "quickjs.c",
        old: "static int64_t JS_FlattenIntoArray(JSContext *ctx, JSValueConst target,\n                                   JSValueConst source, int64_t sourceLen,\n                                   int64_t targetIndex, int depth,\n                                   JSValueConst mapperFunction,\n                                   JSValueConst thisArg)\n{\n",
        new: "static int64_t JS_FlattenIntoArray(JSContext *ctx, JSValueConst target,\n                                   JSValueConst source, int64_t sourceLen,\n                                   int64_t targetIndex, int depth,\n                                   JSValueConst mapperFunction,\n                                   JSValueConst thisArg)\n{\n    char reserve[100];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "re_parse_disjunction recurses",
        file: "libregexp.c",
        old: "static int re_parse_disjunction(REParseState *s, bool is_backward_dir)\n{\n",
        new: "static int re_parse_disjunction(REParseState *s, bool is_backward_dir)\n{\n    char reserve[150];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "re_parse_nested_class recurses",
        file: "libregexp.c",
        old: "static int re_parse_nested_class(REParseState *s, REStringList *cr, const uint8_t **pp)\n{\n",
        new: "static int re_parse_nested_class(REParseState *s, REStringList *cr, const uint8_t **pp)\n{\n    char reserve[90];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_get recurses",
        file: "quickjs.c",
        old: "static JSValue js_proxy_get(JSContext *ctx, JSValueConst obj, JSAtom atom,\n                            JSValueConst receiver)\n{\n",
        new: "static JSValue js_proxy_get(JSContext *ctx, JSValueConst obj, JSAtom atom,\n                            JSValueConst receiver)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_has recurses",
        file: "quickjs.c",
        old: "static int js_proxy_has(JSContext *ctx, JSValueConst obj, JSAtom atom)\n{\n",
        new: "static int js_proxy_has(JSContext *ctx, JSValueConst obj, JSAtom atom)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_set recurses",
        file: "quickjs.c",
        old: "static int js_proxy_set(JSContext *ctx, JSValueConst obj, JSAtom atom,\n                        JSValueConst value, JSValueConst receiver, int flags)\n{\n",
        new: "static int js_proxy_set(JSContext *ctx, JSValueConst obj, JSAtom atom,\n                        JSValueConst value, JSValueConst receiver, int flags)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_get_own_property recurses",
        file: "quickjs.c",
        old: "static int js_proxy_get_own_property(JSContext *ctx, JSPropertyDescriptor *pdesc,\n                                     JSValueConst obj, JSAtom prop)\n{\n",
        new: "static int js_proxy_get_own_property(JSContext *ctx, JSPropertyDescriptor *pdesc,\n                                     JSValueConst obj, JSAtom prop)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_get_own_property_names recurses",
        file: "quickjs.c",
        old: "static int js_proxy_get_own_property_names(JSContext *ctx,\n                                           JSPropertyEnum **ptab,\n                                           uint32_t *plen,\n                                           JSValueConst obj)\n{\n",
        new: "static int js_proxy_get_own_property_names(JSContext *ctx,\n                                           JSPropertyEnum **ptab,\n                                           uint32_t *plen,\n                                           JSValueConst obj)\n{\n    char reserve[300];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_getPrototypeOf recurses",
        file: "quickjs.c",
        old: "static JSValue js_proxy_getPrototypeOf(JSContext *ctx, JSValueConst obj)\n{\n",
        new: "static JSValue js_proxy_getPrototypeOf(JSContext *ctx, JSValueConst obj)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_setPrototypeOf recurses",
        file: "quickjs.c",
        old: "static int js_proxy_setPrototypeOf(JSContext *ctx, JSValueConst obj,\n                                   JSValueConst proto_val, bool throw_flag)\n{\n",
        new: "static int js_proxy_setPrototypeOf(JSContext *ctx, JSValueConst obj,\n                                   JSValueConst proto_val, bool throw_flag)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_isExtensible recurses",
        file: "quickjs.c",
        old: "static int js_proxy_isExtensible(JSContext *ctx, JSValueConst obj)\n{\n",
        new: "static int js_proxy_isExtensible(JSContext *ctx, JSValueConst obj)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_preventExtensions recurses",
        file: "quickjs.c",
        old: "static int js_proxy_preventExtensions(JSContext *ctx, JSValueConst obj)\n{\n",
        new: "static int js_proxy_preventExtensions(JSContext *ctx, JSValueConst obj)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_delete_property recurses",
        file: "quickjs.c",
        old: "static int js_proxy_delete_property(JSContext *ctx, JSValueConst obj,\n                                    JSAtom atom)\n{\n",
        new: "static int js_proxy_delete_property(JSContext *ctx, JSValueConst obj,\n                                    JSAtom atom)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_define_own_property recurses",
        file: "quickjs.c",
        old: "static int js_proxy_define_own_property(JSContext *ctx, JSValueConst obj,\n                                        JSAtom prop, JSValueConst val,\n                                        JSValueConst getter,\n                                        JSValueConst setter, int flags)\n{\n",
        new: "static int js_proxy_define_own_property(JSContext *ctx, JSValueConst obj,\n                                        JSAtom prop, JSValueConst val,\n                                        JSValueConst getter,\n                                        JSValueConst setter, int flags)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    Rule {
        name: "js_proxy_call recurses",
        file: "quickjs.c",
        old: "static JSValue js_proxy_call(JSContext *ctx, JSValueConst func_obj,\n                             JSValueConst this_obj,\n                             int argc, JSValueConst *argv, int flags)\n{\n",
        new: "static JSValue js_proxy_call(JSContext *ctx, JSValueConst func_obj,\n                             JSValueConst this_obj,\n                             int argc, JSValueConst *argv, int flags)\n{\n    char reserve[140];\n    __asm__ volatile(\"\" : : \"r\"(reserve));\n",
        count: 1,
    },
    // A spell names functions as it likes: a name on two lines would forge a line of a stack.
    Rule {
        name: "the name of a function is on one line",
        file: "quickjs.c",
        old: "            dbuf_printf(&dbuf, \"    at %s\", str1);\n",
        new: "            size_t name_at = dbuf.size;\n            dbuf_printf(&dbuf, \"    at %s\", str1);\n            for (; name_at < dbuf.size; name_at++)\n                if (dbuf.buf[name_at] == '\\n')\n                    dbuf.buf[name_at] = ' ';\n",
        count: 1,
    },
];

//! Lua without hooks, and with a word on names that are not there.
//!
//! A spell has no debug hooks: `debug.sethook` does not exist in the guest, and must not. So the interpreter need not
//! look for hooks at each instruction. Lua uses the same look to learn that its stack has moved: without it, `base` is
//! read anew after whatever can move the stack, which is where Lua's own macros already say `updatetrap`. The case
//! `guest/the_stack_moves` fails where one such place is missed.

use crate::rules::Rule;

pub const RULES: &[Rule] = &[
    // `missing_way` (guests/lua-wasm/src/missing.c) gives what does the work of a global, of a field of one, or of a method
    // of a text.
    Rule {
        name: "the table whose field it is",
        file: "ldebug.c",
        old: "      case OP_GETFIELD: {
        int k = GETARG_C(i);  /* key index */
        kname(p, k, name);
        return isEnv(p, lastpc, i, 0);
",
        new: "      case OP_GETFIELD: {
        int k = GETARG_C(i);  /* key index */
        const char *of = NULL, *what = getobjname(p, lastpc, GETARG_B(i), &of);
        missing_owner = what && strcmp(what, \"global\") == 0 ? of : NULL;
        kname(p, k, name);
        return isEnv(p, lastpc, i, 0);
",
        count: 1,
    },
    Rule {
        name: "what is not there is noted",
        file: "ldebug.c",
        old: "static const char *formatvarinfo (lua_State *L, const char *kind,
                                                const char *name) {
",
        new: "static const char *formatvarinfo (lua_State *L, const char *kind,
                                                const char *name) {
  missing_kind = kind; missing_name = name;
",
        count: 1,
    },
    Rule {
        name: "where it is noted",
        file: "ldebug.c",
        old: "static const char *basicgetobjname (const Proto *p, int *ppc, int reg,
                                    const char **name) {
",
        new: "static const char *missing_owner, *missing_kind, *missing_name;
extern const char *missing_way (lua_State *L, const char *owner, const char *kind, const char *name, int text);

static const char *basicgetobjname (const Proto *p, int *ppc, int reg,
                                    const char **name) {
",
        count: 1,
    },
    Rule {
        name: "what does the work of what is not there",
        file: "ldebug.c",
        old: "  luaG_runerror(L, \"attempt to %s a %s value%s\", op, t, extra);
",
        new: "  int call = op[0] == 'c' && op[1] == 'a', text = call && ttisnil(o) && ttisstring(o + 1);
  const char *way = ttisnil(o) ? missing_way(L, missing_owner, missing_kind, missing_name, text) : NULL;
  luaG_runerror(L, \"attempt to %s a %s value%s%s%s\", op, t, extra, way ? \": \" : \"\", way ? way : \"\");
",
        count: 1,
    },
    // What a spell calls last would leave no trace of the spell's line, where messages say that something failed. Only calls
    // from a spell's code to the prelude: those among a spell's own functions stay without a frame, as Lua promises.
    Rule {
        name: "a call of the prelude leaves the spell's frame",
        file: "lvm.c",
        old: "        if (TESTARG_k(i)) {
          luaF_closeupval(L, base);  /* close upvalues from current call */
          lua_assert(L->tbclist.p < base);  /* no pending tbc variables */
",
        new: "        if (ttisLclosure(s2v(ra)) && is_prelude(clLvalue(s2v(ra))->p) && !is_prelude(cl->p)) {
          ci = luaD_precall(L, ra, LUA_MULTRET);  /* the OP_RETURN behind it gives on what it returns */
          goto startfunc;
        }
        if (TESTARG_k(i)) {
          luaF_closeupval(L, base);  /* close upvalues from current call */
          lua_assert(L->tbclist.p < base);  /* no pending tbc variables */
",
        count: 1,
    },
    Rule {
        name: "what is of the prelude",
        file: "lvm.c",
        old: "void luaV_execute (lua_State *L, CallInfo *ci) {",
        new: "static int is_prelude (const Proto *p) {
  static const char name[] = \"=[llmspell]\";
  return tsslen(p->source) == sizeof(name) - 1 && memcmp(getstr(p->source), name, sizeof(name) - 1) == 0;
}

void luaV_execute (lua_State *L, CallInfo *ci) {",
        count: 1,
    },
    // Everything that may move the stack, and only that, ends with `updatetrap`, but for the two below: `Protect`,
    // `ProtectNT`, `checkGC` and the call of a C function. A call of a Lua function and each return load `base` anyway.
    Rule {
        name: "the base is read anew after what can move the stack",
        file: "lvm.c",
        old: "#define updatetrap(ci)  (trap = ci->u.l.trap)",
        new: "#define updatetrap(ci)  updatebase(ci)",
        count: 1,
    },
    // `base` is right already: what remains is the instruction's register.
    Rule {
        name: "registers are found anew after what can move the stack",
        file: "lvm.c",
        old: "{ if (l_unlikely(trap)) { updatebase(ci); ra = RA(i); } }",
        new: "{ ra = RA(i); }",
        count: 1,
    },
    // Jumps and loops ask for the sake of hooks that a signal sets. Nothing here moves the stack.
    Rule {
        name: "jumps",
        file: "lvm.c",
        old: "pc += GETARG_sJ(i) + e; updatetrap(ci);",
        new: "pc += GETARG_sJ(i) + e;",
        count: 1,
    },
    Rule {
        name: "numeric loops",
        file: "lvm.c",
        old: "        updatetrap(ci);  /* allows a signal to break the loop */\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "no hook before an instruction",
        file: "lvm.c",
        old: "  if (l_unlikely(trap)) {  /* stack reallocation or hooks? */ \\
    trap = luaG_traceexec(L, pc);  /* handle hooks */ \\
    updatebase(ci);  /* correct stack */ \\
  } \\
",
        new: "",
        count: 1,
    },
    Rule {
        name: "no hook at a function's start",
        file: "lvm.c",
        old: "  if (l_unlikely(trap))\n    trap = luaG_tracecall(L);\n",
        new: "",
        count: 1,
    },
    Rule {
        name: "no hook after varargs are in place",
        file: "lvm.c",
        old: "        if (l_unlikely(trap)) {  /* previous \"Protect\" updated trap */
          luaD_hookcall(L, ci);
          L->oldpc = 1;  /* next opcode will be seen as a \"new\" line */
        }
",
        new: "",
        count: 1,
    },
    Rule {
        name: "no hook at a return",
        file: "lvm.c",
        old: "if (l_unlikely(L->hookmask)) {",
        new: "if (0) {",
        count: 2,
    },
    Rule { name: "a return sets no trap", file: "lvm.c", old: "          trap = 1;\n", new: "", count: 2 },
    Rule { name: "no trap", file: "lvm.c", old: "  int trap;\n", new: "", count: 1 },
    Rule {
        name: "a function starts without a trap",
        file: "lvm.c",
        old: "  trap = L->hookmask;\n returning:  /* trap already set */\n",
        new: " returning:\n",
        count: 1,
    },
    // Members of some tables load a script of the prelude when they are first read (guests/lua-wasm/src/named.c). No program can
    // tell: they are there for whatever looks, and what a spell puts in their place stays.
    Rule {
        name: "where names are open",
        file: "lvm.c",
        old: "#include \"lvm.h\"\n",
        new: "#include \"lvm.h\"\n#include \"named.h\"\n",
        count: 1,
    },
    Rule {
        name: "an open name is loaded",
        file: "lvm.c",
        old: "      tm = fasttm(L, hvalue(t)->metatable, TM_INDEX);  /* table's metamethod */\n",
        new: "      tm = has_open_names(hvalue(t)) ? loader_of(hvalue(t), key) : NULL;
      if (tm == NULL)
        tm = fasttm(L, hvalue(t)->metatable, TM_INDEX);  /* table's metamethod */\n",
        count: 1,
    },
    Rule {
        name: "an open name that is assigned is there",
        file: "lvm.c",
        old: "      tm = fasttm(L, h->metatable, TM_NEWINDEX);  /* get metamethod */\n",
        new: "      tm = has_open_names(h) && take_name(h, key) ? NULL : fasttm(L, h->metatable, TM_NEWINDEX);\n",
        count: 1,
    },
    Rule {
        name: "where names are open, in the API",
        file: "lapi.c",
        old: "#include \"lapi.h\"\n",
        new: "#include \"lapi.h\"\n#include \"named.h\"\n",
        count: 1,
    },
    Rule {
        name: "open names are loaded before all members are gone through",
        file: "lapi.c",
        old: "  more = luaH_next(L, t, L->top.p - 1);\n",
        new: "  if (has_open_names(t) && ttisnil(s2v(L->top.p - 1))) load_names(L, t, NULL);
  more = luaH_next(L, t, L->top.p - 1);\n",
        count: 1,
    },
    Rule {
        name: "an open name is loaded without metamethods",
        file: "lapi.c",
        old: "  val = luaH_get(t, s2v(L->top.p - 1));
  L->top.p--;  /* remove key */\n",
        new: "  if (has_open_names(t)) load_names(L, t, s2v(L->top.p - 1));
  val = luaH_get(t, s2v(L->top.p - 1));
  L->top.p--;  /* remove key */\n",
        count: 1,
    },
    Rule {
        name: "an open name is assigned without metamethods",
        file: "lapi.c",
        old: "  luaH_set(L, t, key, s2v(L->top.p - 1));\n",
        new: "  if (has_open_names(t)) take_name(t, key);
  luaH_set(L, t, key, s2v(L->top.p - 1));\n",
        count: 1,
    },
    // Replies are tables, and there is no metamethod for what a table is compared with or found by. See reply.c.
    Rule {
        name: "comparisons know replies",
        file: "lvm.c",
        old: "#include \"lvm.h\"\n",
        new: "#include \"lvm.h\"\n#include \"reply.h\"\n",
        count: 1,
    },
    Rule {
        name: "a reply equals its text",
        file: "lvm.c",
        old: "      return 0;  /* only numbers can be equal with different variants */\n",
        // The sum tells most pairs apart at once.
        new: "      return ttype(t1) + ttype(t2) == LUA_TTABLE + LUA_TSTRING && equals_reply(t1, t2);\n",
        count: 1,
    },
    Rule {
        name: "tables know replies",
        file: "ltable.c",
        old: "#include \"lvm.h\"\n",
        new: "#include \"lvm.h\"\n#include \"reply.h\"\n",
        count: 1,
    },
    Rule {
        name: "a reply finds what its text finds",
        file: "ltable.c",
        old: "    default:\n      return getgeneric(t, key, 0);\n",
        new: "    default:\n      if (ttistable(key)) {\n        const TValue *text = reply_text(key);\n        if (text)\n          return luaH_getstr(t, tsvalue(text));\n      }\n      return getgeneric(t, key, 0);\n",
        count: 1,
    },
    Rule {
        name: "a reply is kept by its text",
        file: "ltable.c",
        old: "      luaG_runerror(L, \"table index is NaN\");\n  }\n",
        new: "      luaG_runerror(L, \"table index is NaN\");\n  }\n  else if (ttistable(key)) {\n    const TValue *text = reply_text(key);\n    if (text) {\n      setobj(L, &aux, text);\n      key = &aux;\n    }\n  }\n",
        count: 1,
    },
    // Same results: where both are floats, `tonumberns` takes neither of them for an integer.
    Rule {
        name: "two floats first",
        file: "lvm.c",
        old: "  if (tonumberns(v1, n1) && tonumberns(v2, n2)) {  \\
",
        new: "  if (l_likely(ttisfloat(v1) && ttisfloat(v2))) {  \\
    n1 = fltvalue(v1); n2 = fltvalue(v2);  \\
    pc++; setfltvalue(s2v(ra), fop(L, n1, n2));  \\
  }  \\
  else if (tonumberns(v1, n1) && tonumberns(v2, n2)) {  \\
",
        count: 1,
    },
    // A spell names chunks and fields as it likes: a name on two lines would forge a line of a traceback.
    Rule {
        name: "the name of a chunk is on one line",
        file: "lauxlib.c",
        old: "      lua_getinfo(L1, \"Slnt\", &ar);\n",
        new: "      lua_getinfo(L1, \"Slnt\", &ar);\n      for (char *p = ar.short_src; *p; p++) if (*p == '\\n') *p = ' ';\n",
        count: 1,
    },
    Rule {
        name: "the name of a function is on one line",
        file: "lauxlib.c",
        old: "      pushfuncname(L, &ar);\n      luaL_addvalue(&b);\n",
        new: "      pushfuncname(L, &ar);\n      luaL_gsub(L, lua_tostring(L, -1), \"\\n\", \"\\\\n\");\n      lua_remove(L, -2);\n      luaL_addvalue(&b);\n",
        count: 1,
    },
];

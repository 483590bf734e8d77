//! PUC Lua 5.4.

use crate::language::Language;
use crate::words::Style;
use crate::{glue, lua_rules};

pub const LUA: Language = Language {
    name: "lua",
    folder: "guests/lua-wasm",
    interpreter: ("lua-src", "lua-5.4.9"),
    // No liolib.c, loslib.c, loadlib.c, linit.c: a spell gets the prelude's stand-ins. No ldblib.c: `debug` would
    // open the prelude's closures. The other libraries are included by files of ours.
    sources: &[
        "lapi.c",
        "lcode.c",
        "lctype.c",
        "ldebug.c",
        "ldump.c",
        "lfunc.c",
        "lgc.c",
        "llex.c",
        "lmem.c",
        "lopcodes.c",
        "lparser.c",
        "lstate.c",
        "lstring.c",
        "ltable.c",
        "ltm.c",
        "lundump.c",
        "lvm.c",
        "lzio.c",
    ],
    rules: &[lua_rules::RULES],
    flags: &[
        // setjmp and longjmp as WebAssembly exceptions, in the encoding that was standardised.
        "-mcpu=generic+exception_handling+bulk_memory+nontrapping_fptoint+sign_ext",
        "-mexception-handling",
        "-mllvm",
        "-wasm-enable-sjlj",
        "-mllvm",
        "-wasm-use-legacy-eh=false",
        // Strings are interned with the seed, so it lies in the snapshot and can't change any more. Fuel bounds what
        // colliding strings can cost.
        "-Dluai_makeseed(L)=0",
        // Else Lua asks for signal.h, which WASI has not.
        "-Dl_signalT=int",
        // A plain switch: with the post-pass over its small ones, faster than computed goto.
        "-DLUA_USE_JUMPTABLE=0",
        // math.pow and its like, which spells written for older Lua call.
        "-DLUA_COMPAT_MATHLIB",
    ],
    unrolls_switches: true,
    extension: "lua",
    comment: "--",
    writer: glue::LUA,
    words: Style {
        head: "local raw, guest = ...\n",
        table: ("{ ", " }"),
        key: |name| format!("[\"{name}\"] = "),
        list: ("{ ", " }"),
        function: |parameters, text| format!("function({}) return {text} end", parameters.join(", ")),
        joined: " .. ",
    },
    native_rules: &[],
    // Each block for itself, so that its ends are seen.
    native_flags: &["-DLARGEST_IN_CHUNKS=0"],
};

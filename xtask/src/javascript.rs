//! QuickJS-ng.

use crate::javascript_rules;
use crate::language::Language;

pub const JAVASCRIPT: Language = Language {
    name: "javascript",
    folder: "guests/quickjs-wasm",
    interpreter: ("rquickjs-sys", "quickjs"),
    // quickjs.c is included by engine.c, which looks into it. No quickjs-libc.c: files, processes and workers.
    sources: &["dtoa.c", "libregexp.c", "libunicode.c"],
    rules: javascript_rules::RULES,
    flags: &["-mcpu=generic+bulk_memory+nontrapping_fptoint+sign_ext"],
    unrolls_switches: false,
};

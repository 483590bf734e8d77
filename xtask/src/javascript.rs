//! QuickJS-ng.

use crate::declaration_rules;
use crate::fusion_rules;
use crate::glue;
use crate::javascript_rules;
use crate::language::Language;
use crate::rules::Rule;
use crate::words::Style;

pub const JAVASCRIPT: Language = Language {
    name: "javascript",
    folder: "guests/quickjs-wasm",
    interpreter: ("rquickjs-sys", "quickjs"),
    // quickjs.c is included by engine.c, which looks into it. No quickjs-libc.c: files, processes and workers.
    sources: &["dtoa.c", "libregexp.c", "libunicode.c"],
    rules: &[javascript_rules::RULES, declaration_rules::RULES, fusion_rules::RULES],
    flags: &["-mcpu=generic+bulk_memory+nontrapping_fptoint+sign_ext"],
    unrolls_switches: false,
    extension: "js",
    comment: "//",
    writer: glue::JAVASCRIPT,
    words: Style {
        head: "",
        // They inherit nothing that a spell could change.
        table: ("{ __proto__: null, ", " }"),
        key: |name| format!("\"{name}\": "),
        list: ("[", "]"),
        function: |parameters, text| format!("({}) => {text}", parameters.join(", ")),
        joined: " + ",
    },
    native_rules: &[Rule {
        name: "a value of two words is a constant for gcc too",
        file: "quickjs.h",
        old: "(JSValue){ (JSValueUnion){ .int32 = val }, tag }",
        new: "(JSValue){ { .int32 = val }, tag }",
        count: 1,
    }],
    native_flags: &[],
};

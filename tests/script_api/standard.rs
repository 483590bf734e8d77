//! Names that the languages themselves have.

use llmspell_script_api::Language;

/// What JavaScript asks of any object, and what its engine gives to functions and tasks.
pub fn is_of_any_object(name: &str) -> bool {
    ["constructor", "toString", "then", "catch", "finally", "length", "prototype", "toJSON"].contains(&name)
}

pub fn is_of_language(language: Language, name: &str) -> bool {
    match language {
        Language::Lua => LUA.contains(&name),
        Language::JavaScript => JAVASCRIPT.contains(&name),
    }
}

const LUA: &[&str] = &[
    "_G", "_VERSION", "assert", "collectgarbage", "coroutine", "debug", "dofile", "error", "getmetatable", "io", "ipairs", "load",
    "loadfile", "loadstring", "math", "next", "os", "package", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset", "select",
    "setmetatable", "string", "table", "tonumber", "tostring", "type", "unpack", "utf8", "warn", "xpcall",
];

const JAVASCRIPT: &[&str] = &[
    "AggregateError", "Array", "ArrayBuffer", "AsyncDisposableStack", "BigInt", "BigInt64Array", "BigUint64Array", "Boolean",
    "DataView", "Date", "DisposableStack", "Error", "EvalError", "FinalizationRegistry", "Float16Array", "Float32Array",
    "Float64Array", "Function", "Infinity", "Int16Array", "Int32Array", "Int8Array", "InternalError", "Iterator", "Map", "Math",
    "NaN", "Number", "Object", "Promise", "Proxy", "RangeError", "ReferenceError", "Reflect", "RegExp", "Set", "SharedArrayBuffer",
    "String", "SuppressedError", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint16Array", "Uint32Array", "Uint8Array",
    "Uint8ClampedArray", "WeakMap", "WeakRef", "WeakSet", "decodeURI", "decodeURIComponent", "encodeURI", "encodeURIComponent",
    "escape", "eval", "globalThis", "isFinite", "isNaN", "parseFloat", "parseInt", "undefined", "unescape",
];

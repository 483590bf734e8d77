//! What the preludes offer stands in the table.

use std::collections::BTreeSet;

use llmspell_wasm::guest::LANGUAGES;
use serde_json::Value;

use super::probe::run;
use super::table::{read, snake};

/// What the languages have of their own, and what is there beside the dialects: no business of the table.
const LANGUAGE: &[&str] = &[
    "_G",
    "_VERSION",
    "assert",
    "collectgarbage",
    "coroutine",
    "debug",
    "dofile",
    "error",
    "getmetatable",
    "io",
    "ipairs",
    "load",
    "loadfile",
    "loadstring",
    "math",
    "next",
    "os",
    "package",
    "pairs",
    "pcall",
    "print",
    "rawequal",
    "rawget",
    "rawlen",
    "rawset",
    "require",
    "select",
    "setmetatable",
    "string",
    "table",
    "tonumber",
    "tostring",
    "type",
    "unpack",
    "utf8",
    "warn",
    "xpcall",
    "Task",
];

/// Lua: the members of a namespace are in the message about a name that it has not.
const LUA: &str = r#"
local offered = {}
for name, value in pairs(_G) do
  offered[#offered + 1] = name
  if type(value) == "table" and name ~= "_G" and name ~= "Tool" and name ~= "tools" and name ~= "zigllms" then
    for member in next, value do if type(member) == "string" then offered[#offered + 1] = name .. "." .. member end end
    local ok, why = pcall(function() return value[("q"):rep(60)] end)
    if not ok then
      for member in (tostring(why):match("known are: (.*)$") or ""):gmatch("[^, ]+") do offered[#offered + 1] = name .. "." .. member end
    end
  end
end
return offered
"#;

const JAVASCRIPT: &str = "
const offered = [], plain = new Set(Object.getOwnPropertyNames(globalThis));
for (const name of plain) {
  const value = globalThis[name];
  offered.push(name);
  if (typeof value === 'object' && value !== null && value !== globalThis && !['params', 'ARGS', 'arg', 'env', 'Math', 'Reflect', 'Atomics', 'performance', 'crypto'].includes(name))
    for (const member of Object.getOwnPropertyNames(value)) offered.push(name + '.' + member);
}
return offered;
";

#[tokio::test(flavor = "multi_thread")]
async fn every_global_and_member_stands_in_the_table() {
    let table = read();
    let mut unknown = BTreeSet::new();
    for language in LANGUAGES.iter().map(|one| one.name) {
        let Value::Array(offered) = run(language, if language == "lua" { LUA } else { JAVASCRIPT }).await else {
            panic!("no list")
        };
        let known = |name: &str| {
            table
                .namespace
                .iter()
                .filter(|one| one.has(language))
                .any(|one| one.name == name || one.name == "global" && one.works.contains_key(name))
        };
        for name in offered.iter().filter_map(Value::as_str) {
            let is_there = match name.split_once('.') {
                None => known(name) || LANGUAGE.contains(&name) || page_knows(language, name),
                Some((global, member)) => {
                    let namespace = table.namespace.iter().find(|one| one.name == global);
                    namespace.is_none_or(|one| {
                        one.present(language).contains(snake(member).as_str()) || one.present(language).contains(member)
                    })
                }
            };
            if !is_there {
                unknown.insert(format!("{language}: {name}"));
            }
        }
    }
    assert!(unknown.is_empty(), "these stand in no row: {unknown:#?}");
}

/// The globals of JavaScript itself, and those that it has in browsers and elsewhere.
fn page_knows(language: &str, name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "print",
        "exit",
        "require",
        "params",
        "ARGS",
        "arg",
        "env",
        "fetch",
        "btoa",
        "atob",
        "structuredClone",
        "queueMicrotask",
        "setTimeout",
        "setInterval",
        "clearTimeout",
        "clearInterval",
        "performance",
        "crypto",
        "globalThis",
        "Task",
        "escape",
        "unescape",
        "eval",
        "isNaN",
        "isFinite",
        "parseInt",
        "parseFloat",
        "undefined",
        "decodeURI",
        "decodeURIComponent",
        "encodeURI",
        "encodeURIComponent",
    ];
    let is_class = name.starts_with(|first: char| first.is_uppercase());
    let own = ["Agent", "Tool", "Workflow"].iter().any(|start| name.starts_with(start));
    language == "javascript" && (OTHERS.contains(&name) || is_class && !own && JAVASCRIPT_CLASSES.contains(&name))
}

const JAVASCRIPT_CLASSES: &[&str] = &[
    "AbortController",
    "AbortSignal",
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "AsyncDisposableStack",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Boolean",
    "DOMException",
    "DataView",
    "Date",
    "DisposableStack",
    "Error",
    "EvalError",
    "FinalizationRegistry",
    "Float16Array",
    "Float32Array",
    "Float64Array",
    "Function",
    "Headers",
    "Infinity",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "InternalError",
    "Iterator",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Request",
    "Response",
    "Set",
    "SharedArrayBuffer",
    "String",
    "SuppressedError",
    "Symbol",
    "SyntaxError",
    "TextDecoder",
    "TextEncoder",
    "TypeError",
    "URIError",
    "URL",
    "URLSearchParams",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakRef",
    "WeakSet",
];

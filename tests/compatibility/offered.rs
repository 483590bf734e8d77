//! What the preludes offer stands in the table.

use std::collections::BTreeSet;

use llmspell_wasm::guest::LANGUAGES;
use serde_json::Value;

use super::probe::run;
use super::standard_names::is_of_language;
use super::table::{read, snake};

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
                None => known(name) || is_no_dialects(language, name),
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

/// What is there in both languages beside the dialects.
const COMMON: &[&str] = &["Task", "print", "require"];

/// What JavaScript has as browsers and Node have it.
const BESIDE: &[&str] = &[
    "AbortController",
    "AbortSignal",
    "DOMException",
    "Headers",
    "Request",
    "Response",
    "TextDecoder",
    "TextEncoder",
    "URL",
    "URLSearchParams",
    "atob",
    "btoa",
    "clearInterval",
    "clearTimeout",
    "crypto",
    "env",
    "exit",
    "fetch",
    "performance",
    "queueMicrotask",
    "setInterval",
    "setTimeout",
    "structuredClone",
];

/// What the languages have of their own, and what is there beside the dialects: no business of the table.
fn is_no_dialects(language: &str, name: &str) -> bool {
    is_of_language(language, name) || COMMON.contains(&name) || language == "javascript" && BESIDE.contains(&name)
}

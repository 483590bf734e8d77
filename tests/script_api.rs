//! The table of the script API (`guests/common/api`): what running guests have stands in it, what it has is there, and the pages
//! of the reference are made of it (`BLESS=1`).

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use llmspell_script_api::kind::Kind;
use llmspell_script_api::table::{Item, Member, MemberValue, Sort, camel};
use llmspell_script_api::{Language, Table, pages};
use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell};
use serde_json::Value;

#[path = "standard_names.rs"]
mod standard_names;

const BOTH: [Language; 2] = [Language::Lua, Language::JavaScript];

/// What JavaScript asks of any object, and what its engine gives to functions and tasks.
const OF_ANY_OBJECT: [&str; 8] =
    ["constructor", "toString", "then", "catch", "finally", "length", "prototype", "toJSON"];

fn root() -> PathBuf {
    std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

async fn run(language: Language, text: &str) -> Value {
    let mut config = Config::from_environment(&|_| None).unwrap();
    config.models = llmspell_wasm::model::Models::offline();
    let runtime = Runtime::new(config).unwrap();
    let grants = Grants { models: vec!["*".into()], ..Grants::local() };
    let outcome = runtime.run(Spell::new(language.word(), "probe", text), grants, Limits::default()).await;
    assert!(outcome.ending == Ending::Completed, "{language:?}: {:#?}", outcome.error);
    outcome.result.unwrap()
}

/// Lua: some members are only in the message about a name that there is not.
const LUA: &str = r#"
local function listed(value)
  local names = {}
  if type(value) ~= "table" then return names end
  for name in next, value do if type(name) == "string" then names[#names + 1] = name end end
  local ok, why = pcall(function() return value[("q"):rep(60)] end)
  if not ok then
    for name in (tostring(why):match("known are: (.*)$") or ""):gmatch("[^, ]+") do names[#names + 1] = name end
  end
  return names
end
local function has(value, name)
  local ok, found = pcall(function() return value[name] end)
  return ok and found ~= nil
end
local found = {}
local function look(item, make, names)
  local value, missing = make(), JSON.array({})
  for _, name in ipairs(names) do if not has(value, name) then missing[#missing + 1] = name end end
  found[item] = {listed = JSON.array(listed(value)), missing = missing}
end
"#;

const JAVASCRIPT: &str = "
const ends = new Set([Object.prototype, Function.prototype, Promise.prototype, String.prototype]);
const listed = (value) => {
  const names = [];
  for (let one = value; one && !ends.has(one); one = Object.getPrototypeOf(one))
    for (const name of Object.getOwnPropertyNames(one)) names.push(name);
  return names.filter((name) => !(name in Object.prototype));
};
const has = (value, name) => {
  try { return value[name] !== undefined; } catch { return false; }
};
const found = {};
const look = async (item, make, names) => {
  const [value] = await make();
  found[item] = {listed: listed(value), missing: names.filter((name) => !has(value, name))};
};
";

/// The names of a member, and whether it has to be there: what is optional may be nothing.
fn names(member: &Member) -> Vec<String> {
    let spelled = member.is_spelled && camel(&member.name) != member.name;
    let mut all = vec![member.name.clone()];
    all.extend(spelled.then(|| camel(&member.name)));
    all
}

fn has_to_be_there(member: &Member) -> bool {
    // A standard tool is there if what it needs is granted.
    !matches!(&member.value, MemberValue::Field(kind) if kind.is_optional() || *kind == Kind::name("Tool"))
}

fn expression(item: &Item, language: Language) -> Option<String> {
    match &item.sort {
        Sort::Namespace(global) => Some(global.clone()),
        _ => item.probes[usize::from(language == Language::JavaScript)].clone(),
    }
}

async fn look(table: &Table, language: Language) -> BTreeMap<String, (BTreeSet<String>, Vec<String>)> {
    let mut text = if language == Language::Lua { LUA.to_owned() } else { JAVASCRIPT.to_owned() };
    for item in table.items.iter().filter(|item| item.is_in(language)) {
        let Some(expression) = expression(item, language) else { continue };
        let wanted = item.members_in(language).filter(|member| has_to_be_there(member)).flat_map(names);
        let wanted = wanted.map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        // A task that is awaited is its result.
        let wait = if item.is_generic { "" } else { "await " };
        text += &match language {
            Language::Lua => format!("look({:?}, function() return {expression} end, {{{wanted}}})\n", item.name),
            Language::JavaScript => {
                format!("await look({:?}, async () => [{wait}({expression})], [{wanted}]);\n", item.name)
            }
        };
    }
    let found = run(language, &(text + "return found")).await;
    let list = |value: &Value| {
        value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let found = found.as_object().unwrap().iter();
    found
        .map(|(name, one)| (name.clone(), (list(&one["listed"]).into_iter().collect(), list(&one["missing"]))))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_and_the_table_have_the_same_names() {
    let table = Table::load().unwrap();
    let mut problems = Vec::new();
    for language in BOTH {
        for (name, (listed, missing)) in look(&table, language).await {
            let item = table.item(&name).unwrap();
            problems.extend(
                missing.iter().map(|member| format!("{language:?}: {name}.{member} is in the table and not there")),
            );
            let known: BTreeSet<String> = item.members_in(language).flat_map(names).collect();
            let is_known = |one: &str| {
                known.contains(one)
                    || known.contains(&one.replace('-', "_"))
                    || one == "probe"
                    || item.is_unlisted
                    || item.index.is_some()
                    || OF_ANY_OBJECT.contains(&one)
            };
            let unknown = listed.iter().filter(|one| !is_known(one));
            problems
                .extend(unknown.map(|member| format!("{language:?}: {name}.{member} is there and not in the table")));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_and_the_table_have_the_same_globals() {
    let table = Table::load().unwrap();
    let web = std::fs::read_to_string(root().join("guests/common/api/web.d.ts")).unwrap();
    let mut problems = Vec::new();
    for language in BOTH {
        let text = match language {
            Language::Lua => "local all = {} for name in pairs(_G) do all[#all + 1] = name end return all",
            Language::JavaScript => "return Object.getOwnPropertyNames(globalThis)",
        };
        let found: BTreeSet<String> = serde_json::from_value(run(language, text).await).unwrap();
        let mut known: BTreeSet<String> =
            table.namespaces().filter(|(_, item)| item.is_in(language)).map(|(name, _)| name.to_owned()).collect();
        known.extend(table.globals.iter().filter(|one| one.is_in(language)).map(|one| one.name.clone()));
        let is_web = |name: &str| {
            ["const", "class", "function"].iter().any(|word| {
                let start = format!("declare {word} {name}");
                web.match_indices(&start).any(|(at, _)| !web[at + start.len()..].starts_with(char::is_alphanumeric))
            })
        };
        let unknown = found.iter().filter(|name| {
            let is_told = language == Language::JavaScript && is_web(name);
            !is_told && !known.contains(*name) && !standard_names::is_of_language(language.word(), name)
        });
        problems.extend(unknown.map(|name| format!("{language:?}: the global {name} stands in no table")));
        // What is made when it is first named is listed all the same.
        problems.extend(known.difference(&found).map(|name| format!("{language:?}: there is no global {name}")));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_tools_stand_in_the_table() {
    let table = Table::load().unwrap();
    let text = "local all = {} for _, tool in ipairs(Tool.list()) do all[#all + 1] = tool.name end return all";
    let there: BTreeSet<String> = serde_json::from_value(run(Language::Lua, text).await).unwrap();
    let there: BTreeSet<String> = there.iter().map(|name| name.replace('-', "_")).collect();
    let tool = table.namespace("Tool").unwrap();
    let listed: BTreeSet<String> = tool
        .members
        .iter()
        .filter(|one| matches!(one.value, MemberValue::Field(_)))
        .map(|one| one.name.clone())
        .collect();
    // Those that need a file or a host are there where one is granted.
    let missing: Vec<&String> = there.difference(&listed).collect();
    assert!(missing.is_empty(), "not in `standard` of guests/common/api/tool.toml: {missing:?}");
    let needs_more = ["file", "web", "http", "archive", "graphql", "sitemap"];
    let idle = listed.difference(&there).filter(|name| !needs_more.iter().any(|start| name.starts_with(start)));
    assert_eq!(idle.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_reference_is_up_to_date() {
    let table = Table::load().unwrap();
    let folder = root().join("docs/api");
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    for (name, text) in pages(&table) {
        let path = folder.join(format!("{name}.md"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(there == text, "{} is out of date: BLESS=1 cargo test --test script_api", path.display());
        assert!(summary.contains(&format!("(api/{name}.md)")), "docs/SUMMARY.md does not name api/{name}.md");
    }
}

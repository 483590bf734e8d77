//! Spells that look whether what the table says is so.

use llmspell_wasm::guest::LANGUAGES;
use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell};
use serde_json::{Value, json};

use super::table::{Namespace, read};

/// Finds out of a list of [namespace, expression, [names]] which names are missing.
pub async fn run(language: &str, text: &str) -> Value {
    let mut config = Config::from_environment(&|_| None).unwrap();
    config.models = llmspell_wasm::model::Models::offline();
    let runtime = Runtime::new(config).unwrap();
    let grants = Grants { models: vec!["*".into()], ..Grants::local() };
    let outcome = runtime.run(Spell::new(language, "probe", text), grants, Limits::default()).await;
    assert!(outcome.ending == Ending::Completed, "{language}: {:#?}", outcome.error);
    outcome.result.unwrap_or(json!([]))
}

const LUA: &str = r#"
local missing = {}
local function probe(namespace, make, names)
  local ok, object = pcall(make)
  if not ok or object == nil then missing[#missing + 1] = namespace .. " as a whole: " .. tostring(object) return end
  for _, name in ipairs(names) do
    local there, value = pcall(function() return object[name] end)
    if not there or value == nil then missing[#missing + 1] = namespace .. "." .. name end
  end
end
"#;

const JAVASCRIPT: &str = "
const missing = [];
const probe = async (namespace, make, names) => {
  let object;
  try { object = await make(); } catch (error) { object = undefined; missing.push(namespace + ': ' + error.message); }
  if (object === undefined) return missing.push(namespace + ' as a whole');
  for (const name of names) {
    let value;
    try { value = object[name]; } catch { /* it is not there */ }
    if (value === undefined) missing.push(namespace + '.' + name);
  }
};
";

fn call(namespace: &Namespace, language: &str, names: &[&str]) -> String {
    let expression = namespace.expression(language);
    let names = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    match language {
        "lua" => format!("probe({:?}, function() return {expression} end, {{{names}}})\n", namespace.name),
        _ => format!("await probe({:?}, async () => ({expression}), [{names}]);\n", namespace.name),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_to_be_there_is_there_and_what_is_not_is_not() {
    let mut problems = Vec::new();
    for language in LANGUAGES.iter().map(|one| one.name) {
        let head = if language == "lua" { LUA } else { JAVASCRIPT };
        let mut text = head.to_owned();
        let mut absent = Vec::new();
        for namespace in read().namespace.iter().filter(|one| one.has(language)) {
            let names: Vec<&str> = namespace.present(language).into_iter().collect();
            text += &call(namespace, language, &names);
            let gone: Vec<&str> = namespace.absent.keys().map(String::as_str).collect();
            absent.extend(gone.iter().map(|name| format!("{}.{name}", namespace.name)));
            text += &call(namespace, language, &gone);
        }
        text += "return missing";
        let Value::Array(missing) = run(language, &text).await else { panic!("no list") };
        let missing: Vec<&str> = missing.iter().filter_map(Value::as_str).collect();
        problems.extend(
            absent
                .iter()
                .filter(|name| !missing.contains(&name.as_str()))
                .map(|name| format!("{language}: {name} is there")),
        );
        problems.extend(
            missing
                .iter()
                .filter(|name| !absent.iter().any(|one| one == *name))
                .map(|name| format!("{language}: {name} is not there")),
        );
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

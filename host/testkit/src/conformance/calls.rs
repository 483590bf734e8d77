//! The calls that a run made of the host, and what of them every language has to make alike.

use llmspell_wasm::guest::{self, Language};
use serde_json::Value;

/// Their names and arguments.
pub type Calls = Vec<(String, Value)>;

/// Those of the guest and those of each operation, in the order in which they were made: how far work beside the guest
/// gets while that runs depends on the machine.
pub fn of(journal: &[Value]) -> Calls {
    let mut journal: Vec<&Value> = journal.iter().collect();
    journal.sort_by_key(|line| (line["operation"].as_u64(), line["seq"].as_u64()));
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    journal.into_iter().map(|line| (word(&line["call"]), line["args"].clone())).collect()
}

/// Without what has to differ between languages: texts that are shown, which hold error messages, and file names.
pub fn comparable(language: &Language, mut calls: Calls) -> Calls {
    let ending = format!(".{}", language.extensions[0]);
    for (call, arguments) in &mut calls {
        match call.as_str() {
            "output.write" | "log.write" => *arguments = Value::Null,
            // For which operations it waits is the spell's; in what order they are asked, the scheduler's.
            "operation.step" => {
                if let Some(list) = arguments["operations"].as_array_mut() {
                    list.sort_by_key(Value::as_u64);
                }
            }
            "module.load" => *arguments = arguments.to_string().replace(&ending, "").into(),
            _ => level(arguments, &format!("spell{ending}:"), language.name),
        }
    }
    calls
}

/// Takes "spell.lua:7: " off the beginning of error messages, as whether they name their place is the language's, and
/// the names of languages.
fn level(value: &mut Value, file: &str, language: &str) {
    match value {
        Value::String(text) => {
            let place = text.strip_prefix(file).map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
            if let Some(message) = place.and_then(|rest| rest.strip_prefix(": ")) {
                *text = message.to_owned();
            } else if text == language {
                *text = "its own language".into();
            } else if guest::LANGUAGES.iter().any(|other| other.name == text) {
                *text = "another language".into();
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| level(value, file, language)),
        Value::Object(map) => map.values_mut().for_each(|value| level(value, file, language)),
        _ => {}
    }
}

/// The first difference.
pub fn unlike(calls: &Calls, others: &Calls) -> Option<String> {
    let place = (0..calls.len().max(others.len())).find(|place| calls.get(*place) != others.get(*place))?;
    Some(format!("call {place} is {:?} instead of {:?}", calls.get(place), others.get(place)))
}

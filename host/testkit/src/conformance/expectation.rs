//! What a run has to be like, and how it differs.

use serde_json::{Value, json};

use super::case::Case;
use super::play::Seen;

impl Case {
    /// What differs from the expectation.
    pub fn compare(&self, seen: &Seen) -> Vec<String> {
        let mut found = json!({
            "outcome": seen.outcome.ending.word(),
            "exit_code": seen.outcome.exit_code(),
            "result": seen.outcome.result,
            "error": seen.outcome.error,
            "output": seen.output,
            "log": seen.log,
            "notices": seen.notices,
            "refused": seen.refused,
            "ledger": seen.outcome.ledger,
            "modules": seen.outcome.modules.iter().map(|module| module.path.clone()).collect::<Vec<_>>(),
            "calls": {},
            "files": seen.files,
            "questions": seen.questions,
            "requests": seen.requests,
            "asked": seen.requests.len(),
        });
        for line in &seen.journal {
            let list = &mut found["calls"][line["call"].as_str().unwrap()];
            match list.as_array_mut() {
                Some(list) => list.push(line["args"].clone()),
                None => *list = json!([line["args"]]),
            }
        }
        let mut problems = Vec::new();
        let expected = self.resolve(&self.expected, &mut problems);
        differ("$", &expected, &found, &mut problems);
        problems
    }

    /// An expectation as it is in this language: `{"by_language": {…}}` is for what must differ, such as lines; `{file}`
    /// stands for the spell's file name, `{extension}` for what files of the language end in, `{language}` for its name.
    fn resolve(&self, expected: &Value, problems: &mut Vec<String>) -> Value {
        let language = self.guest.language;
        match expected {
            Value::Object(map) => match map.get("by_language") {
                Some(each) => match each.get(language.name) {
                    Some(expected) => self.resolve(expected, problems),
                    None => {
                        problems.push(format!("expected.json does not say for {}: {expected}", language.name));
                        Value::Null
                    }
                },
                None => map.iter().map(|(key, value)| (key.clone(), self.resolve(value, problems))).collect(),
            },
            Value::Array(list) => list.iter().map(|value| self.resolve(value, problems)).collect(),
            Value::String(text) => {
                let file = self.spell.file_name().unwrap().to_str().unwrap();
                let text = text.replace("{file}", file).replace("{extension}", language.extensions[0]);
                text.replace("{language}", language.name).into()
            }
            other => other.clone(),
        }
    }
}

/// What differs. `{"contains": [texts]}` and `{"at_most": n}` stand for more than one value; of an object, only the keys
/// that are expected are compared.
fn differ(path: &str, expected: &Value, found: &Value, problems: &mut Vec<String>) {
    match expected {
        Value::Object(map) if map.contains_key("contains") => {
            let text = found.as_str().map_or_else(|| found.to_string(), String::from);
            for part in map["contains"].as_array().unwrap() {
                if !text.contains(part.as_str().unwrap()) {
                    problems.push(format!("{path}: {part} is not in {text:?}"));
                }
            }
        }
        Value::Object(map) if map.contains_key("at_most") => {
            if found.as_u64().is_none_or(|found| found > map["at_most"].as_u64().unwrap()) {
                problems.push(format!("{path}: expected at most {}, found {found}", map["at_most"]));
            }
        }
        // Each in its place; more of them is told by their number.
        Value::Array(list) if path == "$.requests" || path == "$.questions" => {
            for (index, value) in list.iter().enumerate() {
                differ(&format!("{path}[{index}]"), value, found.get(index).unwrap_or(&Value::Null), problems);
            }
        }
        Value::Object(map) if path != "$.result" && path != "$.files" => {
            for (key, value) in map {
                differ(&format!("{path}.{key}"), value, found.get(key).unwrap_or(&Value::Null), problems);
            }
        }
        _ if expected == found => {}
        _ => problems.push(format!("{path}: expected {expected}, found {found}")),
    }
}

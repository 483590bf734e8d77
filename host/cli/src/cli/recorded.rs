//! Records in files, and how what is in them is shown.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use llmspell_wasm::file::{self, FileKind};
use llmspell_wasm::replay::Record;
use llmspell_wasm::replay::record::{Arguments, Outcome as Answered, show};
use serde_json::{Value, json};

use super::terminal;

/// A record in a file that can be read twice.
pub fn open(path: &Path) -> anyhow::Result<Record> {
    let kind = FileKind { name: "a record", extensions: &["spellrun"] };
    let file = file::open_plain(path, kind).with_context(|| path.display().to_string())?;
    Ok(Record::File(Arc::new(file)))
}

/// One call on one line.
pub fn line(step: u64, call: &str, arguments: &Arguments, outcome: &Answered) -> String {
    let short = |value: Value| terminal::cut_to(&terminal::plain_json(&value.to_string()), 100);
    let (arguments, answer) = values(arguments, outcome);
    format!("{step:>6}  {call}  {}  ->  {}", short(arguments), short(answer))
}

/// What was passed and what came back, for people and programs.
pub fn values(arguments: &Arguments, outcome: &Answered) -> (Value, Value) {
    let arguments = match arguments {
        Arguments::Whole(bytes) => readable(bytes),
        Arguments::Digest(_) => json!({ "left_out": "too long, or a key was in it" }),
    };
    let answer = match outcome {
        Answered::Answer(bytes) => readable(bytes),
        Answered::Stop(text) => json!({ "ended_the_run": serde_json::from_str::<Value>(text).unwrap_or_default() }),
        Answered::Sealed => json!({ "left_out": "a key was in it" }),
    };
    (arguments, answer)
}

/// Of the texts in one value: what goes beyond is shown as the text that it is.
const UNFOLDED_BYTES: usize = 1 << 20;

/// A value of a record; texts that are JSON are shown as what they say.
fn readable(bytes: &[u8]) -> Value {
    // A value that can't be shown is one that no interface has.
    let mut value = show(bytes).unwrap_or_default();
    unfold(&mut value, &mut UNFOLDED_BYTES.clone());
    value
}

fn unfold(value: &mut Value, room: &mut usize) {
    match value {
        // Parsed, it takes many times its bytes.
        Value::String(text) if text.starts_with(['{', '[']) && text.len() <= *room => {
            *room -= text.len();
            if let Ok(parsed) = serde_json::from_str(text) {
                *value = parsed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| unfold(item, room)),
        Value::Object(fields) => fields.values_mut().for_each(|field| unfold(field, room)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfolded_has_a_bound_for_the_whole_value() {
        let text = format!("[\"{}\"]", "a".repeat(UNFOLDED_BYTES / 3));
        let mut value = json!({ "all": [text, text, text, "[1]"] });
        unfold(&mut value, &mut UNFOLDED_BYTES.clone());
        let is_text: Vec<bool> = value["all"].as_array().unwrap().iter().map(Value::is_string).collect();
        assert_eq!(is_text, [false, false, true, false]);
    }
}

//! Whether what came back is what must.

use llmspell_wasm::Outcome;
use serde_json::Value;

use crate::case::Case;

/// All that is looked at of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The word of the outcome.
    pub ending: String,
    /// What the spell returned.
    pub result: Option<Value>,
    /// What it printed.
    pub output: String,
    /// Milliseconds of the kit's clock.
    pub took: u64,
    /// Fuel that was burnt.
    pub fuel: u64,
    /// The fault: code, message, file, line.
    pub error: Option<(String, String, Option<String>, Option<u32>)>,
    /// Remarks of the host, such as what the guest wrote to standard error.
    pub notices: Vec<String>,
}

impl Seen {
    pub(crate) fn of(outcome: Outcome, output: &[u8], notices: Vec<String>, took: u64) -> Seen {
        Seen {
            ending: outcome.ending.word().into(),
            result: outcome.result,
            output: String::from_utf8_lossy(output).into_owned(),
            took,
            fuel: outcome.ledger.fuel,
            error: outcome.error.map(|fault| (fault.code, fault.message, fault.file, fault.line)),
            notices,
        }
    }
}

/// What is wrong, a line each.
pub fn problems(case: &Case, file: &str, seen: &Seen) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut differs = |what: &str, expected: String, found: String| {
        if expected != found {
            wrong.push(format!("{what}: expected {}; found {}", short(&expected), short(&found)));
        }
    };
    let words = case.ends.words();
    if !words.contains(&seen.ending) {
        let why = seen.error.as_ref().map(|(_, message, ..)| format!(" ({message})")).unwrap_or_default();
        differs("the end", words.join(" or "), format!("{}{why}", seen.ending));
    }
    if let Some(expected) = &case.result {
        // By value: the order of an object's fields is the language's own.
        let wanted = serde_json::from_str::<Value>(expected).ok();
        if seen.result != wanted {
            let shown = |value: Option<&Value>| value.map_or("none".into(), Value::to_string);
            differs("the result", shown(wanted.as_ref()), shown(seen.result.as_ref()));
        }
    }
    if let Some(expected) = &case.output {
        differs("the output", format!("{expected:?}"), format!("{:?}", seen.output));
    }
    if let Some([least, most]) = case.takes.filter(|[least, most]| !(*least..=*most).contains(&seen.took)) {
        differs("milliseconds that it waits", format!("{least} to {most}"), seen.took.to_string());
    }
    let (code, message, found_file, line) = seen.error.clone().unwrap_or_default();
    if let Some(expected) = &case.error.code {
        differs("the error's code", expected.clone(), code);
    }
    if let Some(part) = case.error.message.as_ref().filter(|part| !message.contains(*part)) {
        differs("the error's message", format!("something with '{part}'"), message);
    }
    if let Some(expected) = case.error.line {
        differs("the error's line", expected.to_string(), line.map_or("none".into(), |line| line.to_string()));
    }
    if case.error.has_file {
        differs("the error's file", file.into(), found_file.unwrap_or_else(|| "none".into()));
    }
    wrong
}

/// What two runs of the same spell, with the same seed and clock, have not in common.
pub fn differences(one: &Seen, other: &Seen) -> Vec<String> {
    if one.fuel != other.fuel {
        return vec![format!("the fuel of two runs with the same seed: {} and {}", one.fuel, other.fuel)];
    }
    // How a wait falls on the clock is the kit's matter.
    let other = Seen { took: one.took, ..other.clone() };
    if *one != other {
        return vec!["two runs with the same seed: they did not end alike".into()];
    }
    Vec::new()
}

fn short(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into(),
    }
}

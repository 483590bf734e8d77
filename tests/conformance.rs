//! Plays every case of `tests/cases` in every language, each against the same expectation.
//!
//! Each is played twice: with the same seed, clock and models, a spell must make the same calls and burn the same
//! fuel, and make the same calls in every language. After each, the same process runs a healthy spell.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use llmspell_wasm::{Ending, Grants, Limits, Runtime, Spell, guest};
use serde_json::Value;

mod support;

fn main() {
    let (cases, problems) = support::all();
    let mut trials = vec![Trial::test("every_folder_is_a_case", move || match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("\n").into()),
    })];
    let others = Others::default();
    for case in cases {
        let name = format!("{} ({})", case.name, case.language.name);
        let others = others.clone();
        trials.push(Trial::test(name, move || play(&case, &others)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

type Calls = Vec<(String, Value)>;

/// What a case asked of the host in the language that was played first.
type Others = Arc<Mutex<HashMap<String, (&'static str, Calls)>>>;

fn play(case: &support::Case, others: &Others) -> Result<(), Failed> {
    case.tokio()?.block_on(async {
        let runtime = case.runtime();
        let first = case.play(&runtime).await;
        keep(case, &first);
        let seen = &first;
        let mut problems = case.compare(&first);
        if healthy(case, &runtime).await != Ending::Completed {
            problems.push("a healthy spell does not run after it".into());
        }
        let again = case.play(&case.runtime()).await;
        if again.outcome.ending != Ending::Spent(llmspell_wasm::Limit::WallTime) {
            if first.outcome.ledger.fuel != again.outcome.ledger.fuel {
                let (first, again) = (first.outcome.ledger.fuel, again.outcome.ledger.fuel);
                problems.push(format!("the second time it burnt {again} fuel, the first time {first}"));
            }
            let (mut first, mut again) = (calls(&first), calls(&again));
            if matches!(seen.outcome.ending, Ending::Spent(_)) {
                // Of a run that a limit ends the last calls mean nothing: work beside the guest may find the limit first.
                let least = first.len().min(again.len()).saturating_sub(1);
                first.truncate(least);
                again.truncate(least);
            }
            if first != again {
                let place = first.iter().zip(&again).position(|(a, b)| a != b).unwrap_or(first.len().min(again.len()));
                let (first, again) = (first.get(place), again.get(place));
                problems.push(format!("call {place} of the second time was {again:?}, of the first time {first:?}"));
            }
        }
        if case.same_calls() && !matches!(first.outcome.ending, Ending::Spent(_)) {
            let mut others = others.lock().unwrap();
            let calls = comparable(case, calls(&first));
            if let Some((language, theirs)) = others.get(&case.name) {
                problems.extend(unlike(&calls, theirs).map(|what| format!("not the calls of {language}: {what}")));
            }
            others.insert(case.name.clone(), (case.language.name, calls));
        }
        match problems.is_empty() {
            true => Ok(()),
            false => {
                Err(format!("{}\noutput: {}\nerror: {:#?}", problems.join("\n"), first.output, first.outcome.error)
                    .into())
            }
        }
    })
}

/// `JOURNALS=folder` keeps what the cases asked of the host, to look at what differs.
fn keep(case: &support::Case, seen: &support::Seen) {
    if let Some(folder) = std::env::var_os("JOURNALS") {
        let name = format!("{}.{}", case.name.replace('/', "-"), case.language.name);
        let lines: Vec<String> =
            comparable(case, calls(seen)).iter().map(|(call, given)| format!("{call} {given}\n")).collect();
        std::fs::write(std::path::Path::new(&folder).join(name), lines.concat()).unwrap();
    }
}

/// Those of the guest and those of each operation, in the order in which they were made: how far work beside the guest
/// gets while that runs depends on the machine.
fn calls(seen: &support::Seen) -> Calls {
    let mut journal: Vec<&Value> = seen.journal.iter().collect();
    journal.sort_by_key(|line| (line["operation"].as_u64(), line["seq"].as_u64()));
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    journal.into_iter().map(|line| (word(&line["call"]), line["args"].clone())).collect()
}

/// Without what has to differ between languages: texts that are shown, which hold error messages, and file names.
fn comparable(case: &support::Case, mut calls: Calls) -> Calls {
    let ending = format!(".{}", case.language.extensions[0]);
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
            _ => level(arguments, &format!("spell{ending}:"), case.language.name),
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
fn unlike(calls: &Calls, others: &Calls) -> Option<String> {
    let place = (0..calls.len().max(others.len())).find(|place| calls.get(*place) != others.get(*place))?;
    Some(format!("call {place} is {:?} instead of {:?}", calls.get(place), others.get(place)))
}

async fn healthy(case: &support::Case, runtime: &Runtime) -> Ending {
    let spell = Spell::new(case.language.name, "healthy", "return 1");
    runtime.run(spell, Grants::default(), Limits::default()).await.ending
}

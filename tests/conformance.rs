//! Plays every case of `tests/cases` in every language, each against the same expectation.
//!
//! Each is played twice: with the same seed, clock and models, a spell must make the same calls and burn the same
//! fuel. After each, the same process runs a healthy spell.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use libtest_mimic::{Arguments, Failed, Trial};
use llmspell_wasm::{Ending, Grants, Limits, Runtime, Spell};

mod support;

fn main() {
    let (cases, problems) = support::all();
    let mut trials = vec![Trial::test("every_folder_is_a_case", move || match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("\n").into()),
    })];
    for case in cases {
        let name = format!("{} ({})", case.name, case.language.name);
        trials.push(Trial::test(name, move || play(&case)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn play(case: &support::Case) -> Result<(), Failed> {
    case.tokio()?.block_on(async {
        let runtime = case.runtime();
        let first = case.play(&runtime).await;
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
            let (first, again) = (calls(&first), calls(&again));
            if first != again {
                let place = first.iter().zip(&again).position(|(a, b)| a != b).unwrap_or(first.len().min(again.len()));
                let (first, again) = (first.get(place), again.get(place));
                problems.push(format!("call {place} of the second time was {again:?}, of the first time {first:?}"));
            }
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

fn calls(seen: &support::Seen) -> Vec<(String, String)> {
    seen.journal.iter().map(|line| (line["call"].to_string(), line["args"].to_string())).collect()
}

async fn healthy(case: &support::Case, runtime: &Runtime) -> Ending {
    let spell = Spell::new(case.language.name, "healthy", "return 1");
    runtime.run(spell, Grants::default(), Limits::default()).await.ending
}

//! The cases that every guest language plays, each against the same expectation.
//!
//! Each is played twice: with the same seed, clock and models, a spell must make the same calls and burn the same fuel. Of
//! several guests each must make the same calls. The second time it is recorded, and then replayed from its record. After each
//! case, the same process runs a healthy spell.

mod calls;
mod case;
mod expectation;
mod files;
mod play;
mod replayed;
mod replies;
mod settings;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use libtest_mimic::{Completion, Failed, Trial};
use llmspell_wasm::{Ending, Grants, Limit, Limits, Runtime, Spell};

use crate::GuestUnderTest;
use crate::double::Buffer;
use calls::Calls;
use case::Case;
use play::Seen;

/// The folder of the project's own cases, in the checkout that this crate was built in. `CONTRIBUTING.md` there describes
/// what a case is made of.
pub const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");

/// What is played, and by which guests.
pub struct Options {
    /// Where the cases lie, as `<interface>/<case>/`.
    pub cases: PathBuf,
    /// Each plays every case, unless the case's `[without]` says why it does not.
    pub guests: Vec<GuestUnderTest>,
    /// Where more spells lie, for languages that the cases have none in: `<interface>/<case>/spell.<extension>`, with the
    /// modules that it loads, and an `expected.json` if it must differ from that of the case. A spell that is missing in both
    /// folders makes an ignored trial; where this is `None`, it is an error.
    pub spells: Option<PathBuf>,
    /// Where each run's calls are written, as `<interface>-<case>.<language>`, to look at what differs.
    pub journals: Option<PathBuf>,
}

impl Options {
    /// These cases, played by these guests.
    pub fn new(cases: impl Into<PathBuf>, guests: Vec<GuestUnderTest>) -> Options {
        Options { cases: cases.into(), guests, spells: None, journals: None }
    }
}

/// A trial for each case and guest, named `<interface>/<case> (<language>)`, and one for the folders themselves.
pub fn trials(options: &Options) -> Vec<Trial> {
    let case::Found { cases, missing, problems } = case::find(options);
    let mut trials = vec![Trial::test("every_folder_is_a_case", move || match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("\n").into()),
    })];
    for (name, spell) in missing {
        let ignored = Completion::ignored_with(format!("there is no {spell}"));
        trials.push(Trial::ignorable_test(name, move || Ok(ignored)));
    }
    let others = Others::default();
    for case in cases {
        let name = format!("{} ({})", case.name, case.guest.language.name);
        let (others, journals) = (others.clone(), options.journals.clone());
        trials.push(Trial::test(name, move || play_twice(&case, &others, journals.as_deref())));
    }
    trials
}

/// What a case asked of the host in the language that was played first.
type Others = Arc<Mutex<HashMap<String, (&'static str, Calls)>>>;

fn play_twice(case: &Case, others: &Others, journals: Option<&Path>) -> Result<(), Failed> {
    case.tokio()?.block_on(async {
        let runtime = case.runtime();
        let first = case.play(&runtime, None).await;
        if let Some(folder) = journals {
            keep(case, &first, folder);
        }
        let mut problems = case.compare(&first);
        if healthy(case, &runtime).await != Ending::Completed {
            problems.push("a healthy spell does not run after it".into());
        }
        let record = Buffer::default();
        let again = case.play(&case.runtime(), Some(&record)).await;
        problems.extend(not_the_same(&first, &again, case.replies.is_none()));
        problems.extend(case.replay(&again, &record.bytes()).await);
        if case.same_calls() && !matches!(first.outcome.ending, Ending::Spent(_)) {
            let mut others = others.lock().unwrap();
            let calls = calls::comparable(&case.guest.language, calls::of(&first.journal));
            if let Some((language, theirs)) = others.get(&case.name) {
                problems
                    .extend(calls::unlike(&calls, theirs).map(|what| format!("not the calls of {language}: {what}")));
            }
            others.insert(case.name.clone(), (case.guest.language.name, calls));
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

/// How the second time differs from the first. How far a run gets in its time depends on the machine. `same_fuel`: a server
/// takes as long as it takes, which replies tell, in more or fewer digits.
fn not_the_same(first: &Seen, again: &Seen, same_fuel: bool) -> Vec<String> {
    let mut problems = Vec::new();
    if again.outcome.ending == Ending::Spent(Limit::WallTime) {
        return problems;
    }
    if same_fuel && first.outcome.ledger.fuel != again.outcome.ledger.fuel {
        let (first, again) = (first.outcome.ledger.fuel, again.outcome.ledger.fuel);
        problems.push(format!("the second time it burnt {again} fuel, the first time {first}"));
    }
    let (mut before, mut after) = (calls::of(&first.journal), calls::of(&again.journal));
    if matches!(first.outcome.ending, Ending::Spent(_)) {
        // Of a run that a limit ends the last calls mean nothing: work beside the guest may find the limit first.
        let least = before.len().min(after.len()).saturating_sub(1);
        before.truncate(least);
        after.truncate(least);
    }
    if before != after {
        let place = before.iter().zip(&after).position(|(a, b)| a != b).unwrap_or(before.len().min(after.len()));
        let (before, after) = (before.get(place), after.get(place));
        problems.push(format!("call {place} of the second time was {after:?}, of the first time {before:?}"));
    }
    problems
}

fn keep(case: &Case, seen: &Seen, folder: &Path) {
    let name = format!("{}.{}", case.name.replace('/', "-"), case.guest.language.name);
    let calls = calls::comparable(&case.guest.language, calls::of(&seen.journal));
    let lines: Vec<String> = calls.iter().map(|(call, given)| format!("{call} {given}\n")).collect();
    std::fs::write(folder.join(name), lines.concat()).unwrap();
}

async fn healthy(case: &Case, runtime: &Runtime) -> Ending {
    let spell = Spell::new(case.guest.language.name, "healthy", &case.guest.healthy);
    runtime.run(spell, Grants::default(), Limits::default()).await.ending
}

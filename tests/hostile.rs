//! Throws every case of `tests/hostile` at the guests and at the host (host/testkit).
//!
//! `REPEAT=50 cargo test --workspace --test hostile -- NAME` plays a case so often, and tells what is left each time: what
//! goes on growing is a leak.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use llmspell_testkit::GuestUnderTest;
use llmspell_testkit::hostile::{CLASSES, Held, Host, Options, SECRET, trials};
use llmspell_testkit::libtest_mimic::{Arguments, Trial, run};
use llmspell_wasm::guest::LANGUAGES;

fn main() {
    #[expect(unsafe_code, reason = "no other thread is there yet")]
    unsafe {
        std::env::set_var(SECRET.0, SECRET.1);
    }
    let repeat = std::env::var("REPEAT").ok();
    let built = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    let options = Options {
        host: Some(Host {
            binary: env!("CARGO_BIN_EXE_llmspell-wasm").into(),
            component: built.join("guests/lua.wasm"),
        }),
        times: repeat.as_ref().map_or(1, |times| times.parse().unwrap()),
        report: repeat.and(Some(|held: &Held| eprintln!("{held:?}"))),
        ..Options::new(CLASSES, LANGUAGES.iter().copied().map(GuestUnderTest::embedded).collect())
    };
    let mut trials = trials(&options);
    let count = cases(&trials);
    trials.push(Trial::test("there_are_three_hundred_cases_at_least", move || {
        (count >= 300).then_some(()).ok_or_else(|| format!("there are {count}").into())
    }));
    let mut arguments = Arguments::from_args();
    // What the process has is what the one case has.
    arguments.test_threads = Some(1);
    run(&arguments, trials).exit();
}

/// How many there are, whatever the number of languages.
fn cases(trials: &[Trial]) -> usize {
    let case = |trial: &Trial| {
        let languages = LANGUAGES.iter().map(|language| format!(" ({})", language.name));
        languages.fold(trial.name().to_owned(), |name, language| name.trim_end_matches(&language).to_owned())
    };
    trials.iter().map(case).collect::<BTreeSet<_>>().len()
}

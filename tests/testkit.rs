//! The test kit as an author of a guest uses it: a component from a file, in a language that the project does not have.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use llmspell_testkit::libtest_mimic::{Arguments, Trial, run};
use llmspell_testkit::{GuestUnderTest, Language, conformance};
use tempfile::TempDir;

/// The Lua guest under another name.
const LANGUAGE: Language = Language { name: "moon", extensions: &["moon"] };

static GUEST: LazyLock<GuestUnderTest> = LazyLock::new(|| {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests/lua.wasm");
    GuestUnderTest::from_file(LANGUAGE, file).unwrap()
});

/// One test at a time, as the process is watched.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

/// How many passed, failed and were ignored, and what was shown.
fn play(folder: &Path, trials: Vec<Trial>) -> ((u64, u64, u64), String) {
    let log = folder.join("log");
    let arguments =
        Arguments { test_threads: Some(1), logfile: Some(log.to_str().unwrap().into()), ..Arguments::default() };
    let ended = run(&arguments, trials);
    ((ended.num_passed, ended.num_failed, ended.num_ignored), std::fs::read_to_string(log).unwrap())
}

fn options(folder: &Path) -> conformance::Options {
    conformance::Options {
        spells: Some(folder.join("spells")),
        ..conformance::Options::new(folder.join("cases"), vec![GUEST.clone()])
    }
}

#[test]
fn a_component_from_a_file_plays_cases_with_spells_of_its_author() {
    let _alone = alone();
    let folder = folder(&[
        (
            "cases/agent/asks/expected.json",
            r#"{"outcome": "completed", "result": "hello", "ledger": {"model_calls": 1}}"#,
        ),
        ("cases/agent/asks/models.jsonl", r#"{"text": "hello"}"#),
        ("spells/agent/asks/spell.moon", "return llm.complete('hi')"),
        ("cases/agent/later/expected.json", r#"{"outcome": "completed"}"#),
        ("cases/guest/fails/expected.json", r#"{"error": {"line": {"by_language": {"lua": 7}}}}"#),
        ("spells/guest/fails/expected.json", r#"{"error": {"file": "{file}", "line": 2}}"#),
        ("spells/guest/fails/spell.moon", "local x\nx()"),
    ]);
    let (counts, log) = play(folder.path(), conformance::trials(&options(folder.path())));
    assert_eq!(counts, (3, 0, 1), "{log}");
}

#[test]
fn what_is_not_as_expected_fails() {
    let _alone = alone();
    let folder = folder(&[
        ("cases/guest/one/expected.json", r#"{"result": 2}"#),
        ("spells/guest/one/spell.moon", "return 1"),
        ("cases/guest/two/expected.json", r#"{"result": {"by_language": {"lua": 1}}}"#),
        ("spells/guest/two/spell.moon", "return 1"),
        ("cases/guest/three/case.toml", "wrong = 1"),
        ("cases/guest/three/expected.json", "{}"),
    ]);
    let (counts, log) = play(folder.path(), conformance::trials(&options(folder.path())));
    assert_eq!(counts, (0, 3, 0), "{log}");
    for part in ["$.result: expected 2, found 1", "expected.json does not say for moon", "unknown field `wrong`"] {
        assert!(log.contains(part), "{part:?} is not in {log}");
    }
    std::fs::remove_dir_all(folder.path().join("cases")).unwrap();
    std::fs::create_dir(folder.path().join("cases")).unwrap();
    let (counts, log) = play(folder.path(), conformance::trials(&options(folder.path())));
    assert!(counts == (0, 1, 0) && log.contains("no case has a spell for any of the guests"), "{log}");
}

#[test]
fn what_is_no_component_is_refused() {
    let error = GuestUnderTest::from_wasm(LANGUAGE, b"\0asm nonsense").err().unwrap();
    assert!(error.starts_with("the guest for moon: "), "{error}");
    let error = GuestUnderTest::from_file(LANGUAGE, "none.wasm").err().unwrap();
    assert!(error.starts_with("none.wasm: "), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn hostile_spells_are_thrown_at_it() {
    use llmspell_testkit::hostile::{Options, trials};

    let _alone = alone();
    let folder = folder(&[
        (
            "classes/loops.toml",
            r#"
            about = "Loops."
            limits = { fuel = "20M" }
            case = [
              { name = "caught", ends = "fuel", moon = "while true do pcall(error) end" },
              { name = "neighbour", ends = "completed", moon = "return State.load('global', 'kept') == nil", returns = true },
              { name = "ends well", ends = "completed", moon = "while true do end" },
              { name = "shows", ends = "completed", moon = "return 'canary-of-the-' .. 'neighbour'" },
            ]"#,
        ),
        ("classes/unknown.toml", "about = 'x'\ncase = [{ name = 'a', sun = '' }]"),
    ]);
    let (counts, log) = play(folder.path(), trials(&Options::new(folder.path().join("classes"), vec![GUEST.clone()])));
    assert_eq!(counts, (2, 3, 0), "{log}");
    for part in [
        "it ends as fuel",
        "'canary-of-the-neighbour' is shown",
        "unknown.toml: 'a': 'sun' is neither a key of a case nor a guest's language",
    ] {
        assert!(log.contains(part), "{part:?} is not in {log}");
    }
}

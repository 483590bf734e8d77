//! What the host is to guests of third parties: WASI, its clocks and randomness, standard error, and how they end.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use llmspell_testkit::component;
use llmspell_wasm::guest::{Guest, examine};
use llmspell_wasm::policy::Policy;
use llmspell_wasm::{Config, Ending, Grants, Limit, Limits, Outcome, Runtime, Spell, Transcript};

/// Runs what the first letter of a spell says.
const CORE: &str = include_str!("guests/wasi.wat");

const IMPORTS: &str = "import wasi:random/random@0.2.0; import wasi:clocks/wall-clock@0.2.0; \
    import wasi:clocks/monotonic-clock@0.2.0; import wasi:cli/stderr@0.2.0;";

const WASI: &str = "
    package wasi:random@0.2.0 { interface random { get-random-u64: func() -> u64; } }
    package wasi:clocks@0.2.0 {
      interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }
      interface monotonic-clock { type instant = u64; now: func() -> instant; }
    }
    package wasi:io@0.2.0 {
      interface error { resource error; }
      interface streams {
        use error.{error};
        variant stream-error { last-operation-failed(error), closed }
        resource output-stream { blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>; }
      }
    }
    package wasi:cli@0.2.0 {
      interface stderr { use wasi:io/streams@0.2.0.{output-stream}; get-stderr: func() -> output-stream; }
    }";

/// A run of the guest: its outcome, what it printed, and the remarks of the host.
fn run(source: &str, seed: Option<u64>, grants: Grants, limits: Limits) -> (Outcome, Vec<u8>, Vec<String>) {
    let wasm = component(CORE, IMPORTS, WASI);
    let mut config = Config::from_toml("", &|_| None).unwrap();
    config.instances = 1;
    config.guests.insert("wasi".into(), Guest::compile(&wasm).unwrap());
    let heard = Transcript::default();
    let spell = Spell {
        seed,
        clock: Some(Duration::from_secs(1_700_000_000)),
        listener: Box::new(heard.clone()),
        ..Spell::new("wasi", "spell.w", source)
    };
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let outcome = tokio.block_on(async { Runtime::new(config).unwrap().run(spell, grants, limits).await });
    let heard = heard.heard();
    (outcome, heard.output, heard.notices)
}

fn plain(source: &str, seed: Option<u64>) -> (Outcome, Vec<u8>, Vec<String>) {
    run(source, seed, Grants::default(), Limits::default())
}

#[test]
fn randomness_of_wasi_repeats_with_the_seed_to_the_last_unit_of_fuel() {
    let draw = |seed| {
        let (outcome, output, _) = plain("random", seed);
        assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
        (output, outcome.ledger.fuel, outcome.ledger.host_calls)
    };
    let (one, again, other) = (draw(Some(7)), draw(Some(7)), draw(Some(8)));
    assert_eq!(one, again);
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1, "the loop goes as often as the number says");
    // The gate has seen both: the number, and what was printed.
    assert_eq!(one.2, 2);
    assert_ne!(draw(None).0, draw(None).0);
}

#[test]
fn clocks_of_wasi_are_those_of_the_run() {
    let (outcome, output, _) = plain("time", None);
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    let number = |at: usize| u64::from_le_bytes(output[at..at + 8].try_into().unwrap());
    assert_eq!((number(0), number(8)), (1_700_000_000, 0));
}

#[test]
fn what_a_guest_writes_to_standard_error_is_shown_to_its_author() {
    let (outcome, _, notices) = plain("error", None);
    assert_eq!(outcome.ending, Ending::GuestFault);
    assert_eq!(notices, ["standard error of the guest: out of tea"]);
}

#[test]
fn a_trap_is_told_as_want_of_memory_only_where_it_is_one() {
    let limits = || Limits { memory_bytes: 1 << 20, ..Limits::default() };
    let (outcome, ..) = run("Memory", None, Grants::default(), limits());
    assert_eq!(outcome.ending, Ending::Spent(Limit::Memory));
    // It was refused, said something, and gave up later.
    let (outcome, output, _) = run("memory", None, Grants::default(), limits());
    assert_eq!((outcome.ending, output), (Ending::GuestFault, b"memory".to_vec()));
    assert!(outcome.error.unwrap().message.contains("unreachable"));
    // The same, by WASI alone.
    let (outcome, ..) = run("over", None, Grants::default(), limits());
    assert_eq!(outcome.ending, Ending::GuestFault);
}

#[test]
fn a_guest_that_can_not_describe_itself_says_why() {
    let describe = "#describe\") (result i32) (i32.const 64))";
    assert!(CORE.contains(describe));
    let says = "#describe\") (result i32) (call $write_error (call $stderr) (i32.const 32) (i32.const 11) (i32.const 300)) \
        unreachable)";
    let wasm = component(&CORE.replace(describe, says), IMPORTS, WASI);
    let mut config = Config::from_toml("", &|_| None).unwrap();
    config.instances = 1;
    config.guests.insert("wasi".into(), Guest::compile(&wasm).unwrap());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fault = tokio.block_on(async { Runtime::new(config).unwrap().describe("wasi").await }).unwrap_err();
    assert!(fault.message.contains("standard error of the guest: out of tea"), "{}", fault.message);
}

#[test]
fn standard_error_counts_as_output() {
    let (outcome, ..) = plain("error", None);
    assert_eq!((outcome.ledger.output_bytes, outcome.ledger.host_bytes >= 11), (11, true));
    let (outcome, _, notices) = run("error", None, Grants::default(), Limits { output_bytes: 10, ..Limits::default() });
    assert_eq!((outcome.ending, notices), (Ending::Spent(Limit::Output), Vec::new()));
}

#[test]
fn a_policy_may_keep_a_language_from_spells() {
    let within = |text| Grants::default().within(Policy::parse("p.toml", text).unwrap());
    let (outcome, ..) = run("random", None, within("[languages]\nallow = [\"wasi\"]\n"), Limits::default());
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    let (outcome, ..) = run("random", None, within("[languages]\nallow = [\"lua\"]\n"), Limits::default());
    let fault = outcome.error.unwrap();
    assert_eq!((outcome.ending, fault.code.as_str(), outcome.ledger.fuel), (Ending::Denied, "denied", 0));
    assert!(fault.message.contains("the language 'wasi' is not granted: [languages] allow in p.toml"), "{fault:?}");
}

#[test]
fn what_it_will_find_is_told_before_it_runs() {
    let report = examine(&component(CORE, IMPORTS, WASI)).unwrap();
    assert_eq!((report.problems, report.version.as_deref()), (Vec::<String>::new(), Some("0.1.0")));
    assert_eq!(report.exports, ["guest.describe", "guest.check", "guest.run"]);
    let random = report.imports.iter().find(|one| one.name.starts_with("wasi:random")).unwrap();
    assert!(random.found.contains("--seed"), "{random:?}");
}

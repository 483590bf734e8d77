//! Tiny suites, played by a fake: what a run would come to is told by marks in the text.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Result;
use tempfile::TempDir;

use super::known::Known;
use super::options::{self, Options, Suite};
use super::player::{Played, Player, Spell};
use super::report::Report;

/// Answers by the text of the spell, and keeps what it was given.
struct Fake<F> {
    answer: F,
    spells: Mutex<Vec<String>>,
}

impl<F: Fn(&str) -> Played + Sync> Player for Fake<F> {
    fn play(&self, spell: &Spell) -> Result<Played> {
        let text = String::from_utf8(spell.text.clone())?;
        let played = (self.answer)(&text);
        self.spells.lock().unwrap().push(text);
        Ok(played)
    }
}

fn suite(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn options(suite: Suite, folder: &Path) -> Options {
    Options {
        suite,
        folder: folder.to_owned(),
        binary: PathBuf::new(),
        guest: None,
        filter: None,
        known: PathBuf::new(),
        jobs: 2,
        list_failures: true,
    }
}

/// The report and the spells.
fn play(suite: Suite, folder: &Path, known: &str, answer: impl Fn(&str) -> Played + Sync) -> (Report, Vec<String>) {
    let options = options(suite, folder);
    let player = Fake { answer, spells: Mutex::default() };
    let files = super::files(&options).unwrap();
    let report = super::play(&options, &Known::parse(known).unwrap(), &files, &player).unwrap();
    (report, player.spells.into_inner().unwrap())
}

fn played(outcome: &str, message: &str, output: &str) -> Played {
    let (outcome, message, output) = (outcome.to_owned(), message.to_owned(), output.to_owned());
    Played { outcome, message, output, ..Played::default() }
}

fn row(report: &Report, name: &str) -> Vec<usize> {
    let text = report.text(true);
    let row = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
    row.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

const HARNESS: [(&str, &str); 3] = [
    ("harness/assert.js", "const assert = 1;"),
    ("harness/sta.js", "function Test262Error() {}"),
    ("harness/doneprintHandle.js", "function $DONE() {}"),
];

fn test262(tests: &[(&str, &str)]) -> TempDir {
    suite(&[&HARNESS, tests].concat())
}

#[test]
fn a_test_is_played_in_the_modes_that_its_flags_name() {
    let folder = test262(&[
        ("test/a/b/both.js", "/*---\ndescription: d\n---*/\nBOTH"),
        ("test/a/b/only.js", "/*---\nflags: [onlyStrict]\n---*/\nONLY"),
        ("test/a/b/raw.js", "/*---\nflags: [raw]\n---*/\nRAW"),
        ("test/a/b/x_FIXTURE.js", "no test"),
    ]);
    let (report, spells) =
        play(Suite::Test262, folder.path(), "", |_| played("completed", "", "Test262:MainChunkEnded\n"));
    assert_eq!(row(&report, "a/b"), [4, 0, 0, 0]);
    let count = |mark: &str, strict: bool| {
        spells.iter().filter(|spell| spell.contains(mark) && spell.starts_with("\"use strict\"; ") == strict).count()
    };
    assert_eq!([count("BOTH", false), count("BOTH", true), count("ONLY", true), count("ONLY", false)], [1, 1, 1, 0]);
    let raw = spells.iter().find(|spell| spell.contains("RAW")).unwrap();
    assert!(!raw.contains("assert"));
    // The harness is on the first line, and what it declares is global.
    let both = spells.iter().find(|spell| spell.contains("BOTH")).unwrap();
    assert!(both.lines().next().unwrap().contains("\\nvar assert = 1;"));
    assert_eq!(both.lines().nth(3), Some("BOTH"));
}

#[test]
fn a_negative_test_passes_with_its_error_in_its_phase_only() {
    let front = "/*---\nflags: [noStrict]\nnegative:\n  phase: PHASE\n  type: SyntaxError\n---*/\n";
    let parse = |mark: &str| front.replace("PHASE", "parse") + mark;
    let runtime = |mark: &str| front.replace("PHASE", "runtime") + mark;
    let folder = test262(&[
        ("test/n/early.js", &parse("EARLY")),
        ("test/n/late.js", &parse("LATE")),
        ("test/n/none.js", &parse("NONE")),
        ("test/n/other.js", &runtime("OTHER")),
        ("test/n/thrown.js", &runtime("THROWN")),
    ]);
    let (report, _) = play(Suite::Test262, folder.path(), "", |spell| match spell {
        _ if spell.contains("EARLY") => played("invalid-spell", "SyntaxError: x", ""),
        _ if spell.contains("LATE") => played("script-error", "SyntaxError: x", ""),
        _ if spell.contains("OTHER") => played("completed", "", "Test262:Threw SyntaxErrors: x\n"),
        _ if spell.contains("THROWN") => played("completed", "", "Test262:Threw SyntaxError: x\n"),
        _ => played("completed", "", ""),
    });
    let text = report.text(true);
    assert_eq!(row(&report, "n"), [2, 3, 0, 0], "{text}");
    assert!(text.contains("n/none.js: wanted SyntaxError (parse), and it ended without an error"), "{text}");
    assert!(text.contains("n/late.js: wanted") && text.contains("n/other.js: wanted"), "{text}");
    assert!(!report.is_good());
}

#[test]
fn an_asynchronous_test_passes_when_it_says_so() {
    let front = "/*---\nflags: [async, noStrict]\n---*/\n";
    let names = ["COMPLETE", "FAILURE", "SILENT", "REJECTED"];
    let texts: Vec<_> = names.iter().map(|name| (format!("test/x/{name}.js"), format!("{front}{name}"))).collect();
    let files: Vec<_> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = test262(&files);
    let (report, _) = play(Suite::Test262, folder.path(), "", |spell| {
        let end = "Test262:MainChunkEnded\n";
        match spell {
            _ if spell.contains("COMPLETE") => played("completed", "", &format!("{end}Test262:AsyncTestComplete\n")),
            _ if spell.contains("FAILURE") => played("completed", "", &format!("{end}Test262:AsyncTestFailure:Bad\n")),
            // An unhandled rejection is no failure of the test.
            _ if spell.contains("REJECTED") => {
                played("script-error", "x", &format!("{end}Test262:AsyncTestComplete\nerror: x"))
            }
            _ => played("completed", "", end),
        }
    });
    let text = report.text(true);
    assert_eq!(row(&report, "x"), [2, 2, 0, 0], "{text}");
    assert!(text.contains("x/FAILURE.js: Bad") && text.contains("x/SILENT.js: $DONE was not called"), "{text}");
}

#[test]
fn what_is_known_neither_fails_nor_is_played() {
    let folder = test262(&[
        ("test/a/bad.js", "/*---\nd: d\n---*/\nBAD"),
        ("test/a/good.js", "/*---\nd: d\n---*/\nGOOD"),
        ("test/a/module.js", "/*---\nflags: [module]\n---*/\n"),
        ("test/a/new.js", "/*---\nfeatures: [Temporal]\n---*/\n"),
        ("test/a/agent.js", "/*---\nd: d\n---*/\n$262.agent"),
        ("test/intl402/a.js", "/*---\nd: d\n---*/\n"),
    ]);
    let known = "# why\nfeature Temporal: none\nword $262.agent: one thread\nfolder intl402: no Intl\n\
                 test a/bad.js: differs\ntest a/good.js: differed";
    let (report, spells) = play(Suite::Test262, folder.path(), known, |spell| match spell {
        _ if spell.contains("BAD") => played("script-error", "Error: no", ""),
        _ => played("completed", "", "Test262:MainChunkEnded\n"),
    });
    let text = report.text(true);
    assert_eq!(spells.len(), 4);
    assert_eq!((row(&report, "a "), row(&report, "intl402")), (vec![2, 0, 2, 3], vec![0, 0, 0, 1]), "{text}");
    assert!(text.contains("1  feature Temporal: none") && text.contains("a/good.js: passes; take it out"), "{text}");
    assert!(report.is_good());
}

#[test]
fn a_limit_or_a_fault_is_a_failure_whatever_was_printed() {
    let folder = test262(&[("test/a/x.js", "/*---\nflags: [noStrict]\n---*/\n")]);
    let (report, _) =
        play(Suite::Test262, folder.path(), "", |_| played("guest-fault", "trap", "Test262:MainChunkEnded\n"));
    assert!(report.text(false).contains("a/x.js: guest-fault: trap"));
}

#[test]
fn a_statement_of_lua_that_fails_hides_no_other() {
    let text = "local a = 1\nassert(a == 2)\nio.write('x')\ndo\n  local b = BAD\n  b()\nend\nprint(a)\n";
    let folder = suite(&[("all.lua", "BAD"), ("x.lua", text)]);
    let known = "word io: no files\nfile all.lua: plays the others\ntest x.lua:2: differs";
    let (report, spells) = play(Suite::Lua, folder.path(), known, |spell| {
        let failing = match spell {
            _ if spell.contains("assert") => 2,
            _ if spell.contains("BAD") => 5,
            _ => return played("completed", "", "conformance: ended\n"),
        };
        let traceback = format!("x.lua:1: in local 'f'\nx.lua:{failing}: in main chunk");
        Played { line: Some(1), traceback, ..played("script-error", "bad", "") }
    });
    let text = report.text(true);
    assert_eq!(row(&report, "x.lua"), [2, 1, 1, 2], "{text}");
    assert!(
        text.contains("x.lua:5: line 1: bad") && text.contains("1  needs what line 5 would have defined"),
        "{text}"
    );
    // Lines stay where they are.
    assert_eq!(spells.len(), 3);
    assert_eq!(spells[2].lines().nth(7), Some("print(a)"));
    assert!(!spells[2].contains("io.write") && !spells[2].contains("BAD"));
}

#[test]
fn what_can_not_be_told_apart_fails_as_a_whole() {
    let folder = suite(&[("x.lua", "print(1)\n")]);
    let (report, spells) = play(Suite::Lua, folder.path(), "", |_| played("fuel", "no fuel", ""));
    assert_eq!((spells.len(), report.is_good()), (1, false));
    assert!(report.text(false).contains("x.lua: fuel: no fuel (the whole file)"));
    let (report, _) = play(Suite::Lua, folder.path(), "", |_| played("completed", "", ""));
    assert!(report.text(false).contains("x.lua: ended before its last line (the whole file)"));
}

#[test]
fn bytes_of_another_encoding_are_escapes_in_quotes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.lua"), b"-- \xe1\nprint('\xe1')\n").unwrap();
    let (_, spells) = play(Suite::Lua, folder.path(), "", |_| played("completed", "", ""));
    assert!(spells[0].contains("-- ?\nprint('\\225')\n"), "{}", spells[0]);
}

#[test]
fn wrong_arguments_are_told_in_one_line() {
    let folder =
        suite(&[("all.lua", ""), ("strings.lua", ""), ("calls.lua", ""), ("guests/lua-wasm/conformance.txt", "")]);
    let path = folder.path().to_str().unwrap();
    let told = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(|text| (*text).to_owned()).collect();
        options::read(folder.path(), &arguments).unwrap_err().to_string()
    };
    assert_eq!(told(&[]), "which suite? --lua FOLDER or --test262 FOLDER");
    assert_eq!(told(&["--lua"]), "--lua needs a value");
    assert_eq!(told(&["--lua", "/no/such"]), "no folder /no/such");
    assert!(
        told(&["--test262", path]).ends_with("is not test262: it has no test; wanted is a checkout of tc39/test262")
    );
    assert!(told(&["--lua", path]).contains("`make build` makes it"));
    assert!(told(&["--lua", path, "--jobs", "0"]).starts_with("--jobs is a number"));
    assert!(told(&["--what"]).starts_with("conformance knows no --what"));
    assert_eq!(format!("{:#}", Known::parse("word x").unwrap_err()), "line 1: wanted is `kind name: why`");
}

#[test]
fn the_lists_of_known_differences_can_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for guest in ["lua-wasm", "quickjs-wasm"] {
        let known = Known::read(&root.join("guests").join(guest).join("conformance.txt")).unwrap();
        assert!(!known.words.is_empty() && !known.places.is_empty());
    }
}

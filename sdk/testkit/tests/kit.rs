//! The kit itself: our own languages pass it whole, and guests that are broken fail each of its chapters.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use llmspell_guest_kit::{Kit, Played, Verdict, cases, play};
use llmspell_testkit::component;
use llmspell_wasm::guest::{Guest, LANGUAGES, Language};

fn spells(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spells").join(language)
}

/// Chapters in which something failed.
fn failed(played: &[Played]) -> BTreeSet<&str> {
    played.iter().filter(|one| matches!(one.verdict, Verdict::Failed(_))).map(|one| one.chapter.as_str()).collect()
}

#[test]
fn our_own_languages_pass_it_whole() {
    for language in LANGUAGES {
        let guest = Guest::embedded(*language).unwrap();
        let kit = Kit { guest, extension: language.extensions[0].into(), spells: spells(language.name) };
        let played = play(&kit).unwrap();
        let others: Vec<&Played> = played.iter().filter(|one| one.verdict != Verdict::Passed).collect();
        assert!(others.is_empty() && played.len() > 20, "{}: {others:#?}", language.name);
    }
}

/// A guest whose `run` gives what lies at the address.
fn broken(result: u32) -> Guest {
    let wasm = component(&include_str!("broken.wat").replace("RESULT", &result.to_string()), "", "");
    Guest::compile(&wasm).unwrap()
}

#[test]
fn each_chapter_can_fail() {
    let lua = Language::named("lua").unwrap();
    let chapters: BTreeSet<String> = cases().unwrap().into_iter().map(|case| case.chapter).collect();
    // It does nothing at all; it always returns 5; it always fails, without a place.
    for (result, passed) in [(1024, &[][..]), (1100, &[]), (1200, &[])] {
        let kit = Kit { guest: broken(result), extension: lua.extensions[0].into(), spells: spells("lua") };
        let played = play(&kit).unwrap();
        let all: BTreeSet<&str> = chapters.iter().map(String::as_str).filter(|one| !passed.contains(one)).collect();
        assert_eq!(failed(&played), all, "{result}");
    }
}

/// What such a guest does, as spells in our own Lua.
#[test]
fn a_guest_that_does_not_wait_or_waits_for_both_is_found_out() {
    let lua = Language::named("lua").unwrap();
    for (chapter, name, spell) in
        [("operations", "sleep", "return 'awake'"), ("parallel", "first", "util.sleep(60000) return 1")]
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(chapter)).unwrap();
        std::fs::write(folder.path().join(chapter).join(format!("{name}.lua")), spell).unwrap();
        let guest = Guest::embedded(lua).unwrap();
        let played = play(&Kit { guest, extension: "lua".into(), spells: folder.path().into() }).unwrap();
        let one = played.iter().find(|one| one.name == name).unwrap();
        let Verdict::Failed(problems) = &one.verdict else { panic!("{one:?}") };
        assert!(problems.len() == 1 && problems[0].starts_with("milliseconds that it waits"), "{problems:?}");
    }
}

#[test]
fn a_case_without_a_spell_is_not_played() {
    let lua = Language::named("lua").unwrap();
    let guest = Guest::embedded(lua).unwrap();
    let played = play(&Kit { guest, extension: "none".into(), spells: spells("lua") }).unwrap();
    assert!(played.len() > 20 && played.iter().all(|one| matches!(one.verdict, Verdict::NoSpell(_))));
}

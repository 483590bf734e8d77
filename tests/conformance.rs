//! Plays every case of `tests/cases` in every language (host/testkit).
//!
//! `JOURNALS=folder` keeps what the cases asked of the host. `GUESTS=$PWD/target/guests` plays them with guests that are not
//! in the library yet.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use llmspell_testkit::conformance::{CASES, Options, trials};
use llmspell_testkit::libtest_mimic::{Arguments, run};
use llmspell_testkit::{GuestUnderTest, Language};
use llmspell_wasm::guest::{Guest, LANGUAGES};
use llmspell_wasm::hash;

fn main() {
    let folder = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let guests = folder("GUESTS");
    let guest = |language: &Language| GuestUnderTest {
        guest: guests.as_ref().map(|folder| {
            let made = |ending| std::fs::read(folder.join(format!("{}.{ending}", language.name))).unwrap();
            #[expect(unsafe_code, reason = "whoever names the folder made what is in it")]
            unsafe {
                Guest::of_image(hash(&made("wasm")), made("cwasm"), Vec::new())
            }
        }),
        ..GuestUnderTest::embedded(*language)
    };
    let guests = LANGUAGES.iter().map(guest).collect();
    let options = Options { journals: folder("JOURNALS"), ..Options::new(CASES, guests) };
    run(&Arguments::from_args(), trials(&options)).exit();
}

//! The fuzzers' targets (`fuzz/`), each with what is in its corpus, what once broke it, and inputs made of these.
//!
//! `FUZZ_RUNS=1000000` makes so many of them (`make fuzz`), from another `FUZZ_SEED` others. What fails is kept in
//! `target/fuzz/`; once mended, it belongs into `fuzz/regressions/<target>/`.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "any bits do")]

use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Trial};

#[path = "../fuzz/entries.rs"]
mod entries;

/// Enough to see that the targets work; few for those that run a spell each time.
const RUNS: u64 = 1_500;
const MOST_BYTES: usize = 16 << 10;

fn main() {
    let number = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let (runs, seed) = (number("FUZZ_RUNS", RUNS), number("FUZZ_SEED", 1));
    let trials = entries::TARGETS.iter().map(|(name, target)| {
        Trial::test(*name, move || {
            let [corpus, regressions] =
                ["corpus", "regressions"].map(|kind| inputs(&root().join("fuzz").join(kind).join(name)));
            if corpus.is_empty() {
                return Err("its corpus is empty".into());
            }
            for input in corpus.iter().chain(&regressions) {
                play(name, *target, input);
            }
            let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
            for _ in 0..runs {
                play(name, *target, &mutated(&corpus, &mut dice));
            }
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn inputs(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |file: &PathBuf| match file.extension().is_some_and(|end| end == "wat") {
        true => wat::parse_file(file).unwrap(),
        false => std::fs::read(file).unwrap(),
    };
    files.iter().map(read).collect()
}

/// Keeps the input where the target panics.
fn play(name: &str, target: entries::Target, input: &[u8]) {
    struct Keep<'a>(&'a str, &'a [u8]);
    impl Drop for Keep<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let folder = root().join("target/fuzz");
                std::fs::create_dir_all(&folder).unwrap();
                let file = folder.join(format!("{}-{}", self.0, self.1.len()));
                std::fs::write(&file, self.1).unwrap();
                eprintln!("the input is in {}", file.display());
            }
        }
    }
    let keep = Keep(name, input);
    target(input);
    drop(keep);
}

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() >> 16) as usize % most.max(1)
    }
}

/// Bytes that parsers have opinions about.
const WORDS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b"=",
    b"*",
    b"**",
    b"-1",
    b"0",
    b"1e999",
    b"9223372036854775808",
    b"18446744073709551616",
    b"-0.0",
    b"null",
    b"true",
    b"data: ",
    b"[DONE]",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\x1b[2J",
    b"../",
    b"[limits]\n",
    b"allow",
    b"\"\"\"",
    b"#",
    b"'",
];

/// Some input of the corpus, changed in a few places.
fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(24)).min(bytes.len());
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 => drop(bytes.drain(at..end.max(at))),
            3 => {
                let part = bytes.get(at..end).unwrap_or_default().to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            4 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len() + 1);
                let part = other[from..(from + dice.below(64)).min(other.len())].to_vec();
                bytes.splice(at..at, part);
            }
            5 => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied())),
            6 => bytes.truncate(at),
            _ => {
                let many = bytes.get(at..end).unwrap_or_default().repeat(1 + dice.below(200));
                bytes.splice(at..at, many);
            }
        }
        bytes.truncate(MOST_BYTES);
    }
    bytes
}

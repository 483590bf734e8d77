//! What is played: each case's spell, with a host that is plausible, one that is hostile, and with too little memory; and
//! values, with what the fuzzers know.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::language::Language;
use crate::stamp;

/// Mode and seed: see guests/native/main.c.
const CASES: &[(&str, u64)] =
    &[("plain", 1), ("hostile", 2), ("hostile", 3), ("hostile", 5), ("starved", 4), ("starved", 5), ("prompt", 6)];

/// How often each input of the fuzzers is changed.
const CHANGES: u64 = 100;

/// Of processor time. What runs for ever takes it all.
const MILLISECONDS: u32 = 1000;

/// Writes lists of jobs that together are all of them.
pub fn write(root: &Path, language: &Language, folder: &Path, count: usize) -> Result<Vec<PathBuf>> {
    let parameters = folder.join("parameters.json");
    fs::write(&parameters, r#"{"topic": "tides", "n": 3, "list": [1, 2.5, "x"]}"#)?;
    let mut jobs = Vec::new();
    let mut add = |mode: &str, seed, parameters: &Path, spell: &Path| {
        jobs.push(format!("{mode}\t{seed}\t{MILLISECONDS}\t{}\t{}", parameters.display(), spell.display()));
    };
    for word in stamp::sorted(&root.join("tests/cases"))? {
        for case in stamp::sorted(&word)? {
            let spell = case.join("spell").with_extension(language.extension);
            if !spell.is_file() {
                continue;
            }
            for (mode, seed) in CASES {
                add(mode, *seed, &parameters, spell.strip_prefix(root)?);
            }
        }
    }
    let values = Path::new("guests/native/values").with_extension(language.extension);
    for input in stamp::sorted(&root.join("fuzz/corpus").join(format!("{}_values", language.name)))? {
        add("plain", 1, &input, &values);
        for seed in 1..=CHANGES {
            add("values", seed, &input, &values);
        }
    }
    let mut lists = vec![String::new(); count];
    for (list, job) in (0..count).cycle().zip(&jobs) {
        if let Some(list) = lists.get_mut(list) {
            writeln!(list, "{job}")?;
        }
    }
    let named = lists.iter().enumerate().map(|(number, list)| (folder.join(format!("{number}.jobs")), list));
    named.map(|(path, list)| fs::write(&path, list).map(|()| path).map_err(Into::into)).collect()
}

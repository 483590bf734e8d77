//! Whole spells: the jobs in examples/, and spells in the manner of other programs, as their authors would write them. Each is a
//! folder with `spell.lua`, `spell.js` or both, which say the same, and `expected.txt`: what goes to standard output, and the exit
//! code. `flags` are its flags, a line each; `models.jsonl` has the replies of its models; each line of `expected.err` has to be
//! in standard error, which is empty where there is no such file. `BLESS=1` rewrites what is expected of standard output.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::Harness;

#[test]
fn each_job_of_the_examples_is_done_in_both_languages() {
    for folder in folders("examples/jobs") {
        assert!(LANGUAGES.iter().all(|name| folder.join(name).exists()), "{} needs both languages", folder.display());
        play(&folder);
    }
}

#[test]
fn spells_of_other_manners_end_as_their_authors_expect() {
    folders("tests/spells").iter().for_each(|folder| play(folder));
}

const LANGUAGES: [&str; 2] = ["spell.lua", "spell.js"];

fn folders(of: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(of);
    let mut all: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    assert!(all.len() >= 12, "{of} has lost its spells");
    all
}

fn play(folder: &Path) {
    let files: Vec<&str> = LANGUAGES.into_iter().filter(|name| folder.join(name).exists()).collect();
    assert!(!files.is_empty(), "{} has no spell", folder.display());
    for file in files {
        let (said, complained) = run(folder, file);
        let expected = folder.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &said).unwrap();
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(said, wanted, "{}/{file}\n{complained}", folder.display());
        match fs::read_to_string(folder.join("expected.err")) {
            Ok(parts) => parts.lines().for_each(|part| {
                assert!(complained.contains(part), "{}/{file}: {part:?} is not in {complained}", folder.display());
            }),
            Err(_) => assert_eq!(complained, "", "{}/{file}", folder.display()),
        }
    }
}

/// Standard output with the exit code, and standard error. What the spell writes is gone afterwards.
fn run(folder: &Path, file: &str) -> (String, String) {
    let harness = Harness::new();
    copy(folder, &harness.path(""));
    let flags = fs::read_to_string(folder.join("flags")).unwrap_or_default();
    let flags: Vec<&str> = flags.lines().collect();
    for pair in flags.windows(2).filter(|pair| pair[0].starts_with("--allow-")) {
        fs::create_dir_all(harness.path(pair[1])).unwrap_or_default(); // git keeps no empty folders
    }
    let fixed = ["run", file, "--quiet", "--seed", "1", "--store", "memory", "--model-script", "models.jsonl"];
    let ran = harness.run(&[&fixed, flags.as_slice()].concat());
    (format!("{}exit: {}\n", ran.out, ran.code), ran.err)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

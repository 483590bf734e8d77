//! The architecture's rules, as tests.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use llmspell_wasm::{Config, Runtime, guest};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below a folder that end in `ending`, with their text.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push((path.clone(), read(&path)));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    assert!(!found.is_empty(), "nothing in {folder}");
    found
}

/// The code without its tests and comments: a rule is about what runs.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The interfaces that the world imports and that hold functions.
fn interfaces() -> Vec<String> {
    let world = read(&root().join("wit/world.wit"));
    let imports = world.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';'));
    let words: Vec<String> = imports.filter(|word| *word != "types").map(String::from).collect();
    assert!(words.len() > 5, "{words:?}");
    words
}

fn nowhere(folder: &str, words: &[&str], but: &[&str]) {
    for (path, text) in files(folder, ".rs") {
        let name = path.to_str().unwrap();
        if name.contains("/tests") || but.iter().any(|allowed| name.contains(allowed)) {
            continue;
        }
        for word in words {
            assert!(!code(&text).contains(word), "{} speaks of {word}", path.display());
        }
    }
}

#[test]
fn services_know_nothing_of_wasmtime_or_of_who_calls_them() {
    nowhere(
        "host/src/services",
        &["wasmtime", "bindings", "crate::imports", "crate::runtime", "crate::cli", "clap"],
        &[],
    );
}

#[test]
fn imports_and_the_gate_know_nothing_of_the_command_line() {
    for folder in ["host/src/imports", "host/src/gate", "host/src/runtime", "host/src/services"] {
        nowhere(folder, &["crate::cli", "clap::", "println!", "eprintln!", "print!("], &[]);
    }
}

#[test]
fn the_gate_knows_nothing_of_wasmtime() {
    nowhere("host/src/gate", &["wasmtime"], &[]);
    assert!(!code(&read(&root().join("host/src/gate.rs"))).contains("wasmtime"));
}

#[test]
fn rig_is_known_in_one_folder_only() {
    nowhere("host/src", &["rig_core", "rig_agent", "rig_http"], &["services/model"]);
    nowhere("xtask/src", &["rig_"], &[]);
}

#[test]
fn the_environment_is_read_in_one_place() {
    nowhere("host/src", &["env::var", "env::vars", "var_os"], &["src/cli", "src/main.rs"]);
}

#[test]
fn unsafe_code_has_one_place_for_the_engine_and_one_for_images() {
    nowhere("host/src", &["unsafe {"], &["runtime/engine.rs", "runtime/guest.rs"]);
}

/// Files in wit/ that are no interface with functions for spells: the world, its types, what the guest itself exports.
const NO_INTERFACE: &[&str] = &["guest", "types", "world"];

#[test]
fn each_wit_file_is_an_interface_of_the_world() {
    let words: BTreeSet<String> = interfaces().into_iter().collect();
    let names =
        files("wit", ".wit").into_iter().map(|(path, _)| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let files: BTreeSet<String> = names.filter(|name| !NO_INTERFACE.contains(&name.as_str())).collect();
    assert_eq!(files, words);
}

#[test]
fn each_interface_has_its_thread_through_the_tree() {
    let mut missing = Vec::new();
    for word in interfaces() {
        let mut wanted = vec![format!("wit/{word}.wit"), format!("host/src/imports/{word}.rs")];
        for language in guest::LANGUAGES {
            let folder = match language.name {
                "lua" => "guests/lua-wasm",
                "javascript" => "guests/quickjs-wasm",
                other => panic!("say where the guest for {other} is"),
            };
            wanted.push(format!("{folder}/prelude/{word}.{}", language.extensions[0]));
            if !is_played(&word, language) {
                missing.push(format!("a case in tests/cases/{word} that {} plays", language.name));
            }
        }
        missing.extend(wanted.into_iter().filter(|path| !root().join(path).exists()));
    }
    assert!(missing.is_empty(), "missing: {missing:#?}");
}

/// Whether the language plays one of an interface's cases.
fn is_played(word: &str, language: &guest::Language) -> bool {
    let Ok(cases) = std::fs::read_dir(root().join("tests/cases").join(word)) else { return false };
    cases.map(|case| case.unwrap().path()).any(|case| {
        let settings = std::fs::read_to_string(case.join("case.toml")).unwrap_or_default();
        let settings: toml::Table = settings.parse().unwrap();
        let without = settings.get("without").and_then(|without| without.get(language.name)).is_some();
        let spell = case.join(format!("spell.{}", language.extensions[0]));
        !without && spell.exists() && case.join("expected.json").exists()
    })
}

#[test]
fn each_import_passes_the_gate() {
    // `drop` gives something back and asks for nothing.
    let ways = [
        "gate.admit(",
        "self.start(",
        "self.start_with(",
        "self.gated(",
        "self.wait(",
        "self.ask(",
        "self.store(",
        "self.change(",
        "self.toil(",
    ];
    for (path, text) in files("host/src/imports", ".rs") {
        for function in code(&text).split("async fn ").skip(1).filter(|function| !function.starts_with("drop(")) {
            let name = function.split('(').next().unwrap();
            assert!(ways.iter().any(|way| function.contains(way)), "{}: {name} is not gated", path.display());
        }
    }
}

#[test]
fn the_guests_import_our_interfaces_and_nothing_of_wasi() {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    config.instances = 1;
    let runtime = Runtime::new(config).unwrap();
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut allowed: BTreeSet<String> = interfaces().into_iter().collect();
    allowed.insert("types".into());
    for language in guest::LANGUAGES {
        let info = tokio.block_on(runtime.describe(language.name)).unwrap_or_else(|fault| panic!("{}", fault.message));
        let imports: BTreeSet<String> = info
            .imports
            .iter()
            .map(|name| name.strip_prefix("llmspell:spell/").unwrap_or(name).split('@').next().unwrap().to_string())
            .collect();
        assert_eq!(imports, allowed, "{}", language.name);
        assert_eq!(info.extensions, language.extensions, "{}", language.name);
    }
}

#[test]
fn exceptions_are_not_slowed_down_by_backtraces() {
    // With wasmtime's feature `backtrace`, each wasm throw would capture a native backtrace where RUST_BACKTRACE is
    // set. Any member of the workspace with wasmtime's default features would turn it on silently.
    let test = std::env::current_exe().unwrap();
    let run = std::process::Command::new(test)
        .args(["--exact", "an_error_carries_no_backtrace", "--nocapture"])
        .env("RUST_BACKTRACE", "1")
        .env("RUST_LIB_BACKTRACE", "1")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn an_error_carries_no_backtrace() {
    assert!(!format!("{:?}", wasmtime::format_err!("x")).contains("backtrace"));
}

#[test]
fn the_engine_is_new_enough_to_charge_for_what_a_throw_unwinds() {
    let lock = read(&root().join("Cargo.lock"));
    let mut versions = lock.split("[[package]]").filter(|package| package.contains("name = \"wasmtime\"\n"));
    let version = versions.next().unwrap().split('"').nth(3).unwrap().to_string();
    let numbers: Vec<u64> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(numbers >= vec![48, 0, 8] && numbers[0] == 48, "wasmtime {version}");
    assert!(versions.next().is_none(), "wasmtime is there twice");
}

#[test]
fn tests_leave_the_features_of_dependencies_as_they_are() {
    // Otherwise wasmtime would be built twice: once to run, once to test.
    let packages = |edges: &str| -> BTreeSet<String> {
        let options =
            ["tree", "--workspace", "--locked", "--offline", "--prefix", "none", "--format", "{p} {f}", "-e", edges];
        let cargo = std::process::Command::new(env!("CARGO")).args(options).current_dir(root()).output().unwrap();
        assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
        String::from_utf8(cargo.stdout).unwrap().lines().map(|line| line.trim_end_matches(" (*)").to_string()).collect()
    };
    let (to_run, to_test) = (packages("normal,build"), packages("normal,build,dev"));
    let changed: Vec<_> = to_run.difference(&to_test).collect();
    assert!(to_run.len() > 100 && changed.is_empty(), "{changed:#?}");
}

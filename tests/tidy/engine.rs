//! Rules about the guests and the engine, as they are built.

use std::collections::BTreeSet;

use llmspell_wasm::{Config, Runtime, guest};

use super::interfaces::interfaces;
use super::{read, root};

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
    // Otherwise wasmtime would be built twice: once to run (`make build`), once to test.
    let packages = |of: &[&str], edges: &str| -> BTreeSet<String> {
        let options = ["--locked", "--offline", "--prefix", "none", "--format", "{p} {f}", "-e", edges];
        let mut cargo = std::process::Command::new(env!("CARGO"));
        let cargo = cargo.arg("tree").args(of).args(options).current_dir(root()).output().unwrap();
        assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
        String::from_utf8(cargo.stdout).unwrap().lines().map(|line| line.trim_end_matches(" (*)").to_string()).collect()
    };
    let to_run = packages(&["-p", "llmspell-cli", "-p", "xtask"], "normal,build");
    let to_test = packages(&["--workspace"], "normal,build,dev");
    let changed: Vec<_> = to_run.difference(&to_test).collect();
    assert!(to_run.len() > 100 && changed.is_empty(), "{changed:#?}");
}

#[test]
fn each_crate_of_ours_is_checked_while_it_runs() {
    // The profile's defaults are for dependencies, which are built without assertions.
    let workspace: toml::Table = read(&root().join("Cargo.toml")).parse().unwrap();
    let rows = workspace["profile"]["dev"]["package"].as_table().unwrap();
    for folder in workspace["workspace"]["members"].as_array().unwrap() {
        let manifest: toml::Table = read(&root().join(folder.as_str().unwrap()).join("Cargo.toml")).parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap();
        let row = rows.get(name).unwrap_or_else(|| panic!("[profile.dev.package] has no row for {name}"));
        for check in ["debug-assertions", "overflow-checks"] {
            assert_eq!(row.get(check).and_then(toml::Value::as_bool), Some(true), "{check} of {name}");
        }
    }
}

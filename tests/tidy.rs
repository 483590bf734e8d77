//! The architecture's rules, as tests.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/engine.rs"]
mod engine;
#[path = "tidy/graph.rs"]
mod graph;
#[path = "tidy/hooks.rs"]
mod hooks;
#[path = "tidy/interfaces.rs"]
mod interfaces;
#[path = "tidy/modules.rs"]
mod modules;
#[path = "tidy/page.rs"]
mod page;
#[path = "tidy/source.rs"]
mod source;

fn root() -> PathBuf {
    std::fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
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

/// The manifests below host/ by the folders they lie in, such as "kernel" or "capabilities/agent".
fn manifests() -> BTreeMap<String, toml::Table> {
    let host = root().join("host");
    let folder = |path: &Path| path.parent().unwrap().strip_prefix(&host).unwrap().to_str().unwrap().to_owned();
    files("host", "Cargo.toml").into_iter().map(|(path, text)| (folder(&path), text.parse().unwrap())).collect()
}

/// The crates below host/, read.
fn crates() -> Vec<source::Crate> {
    let host = root().join("host");
    manifests().keys().map(|name| source::Crate::read(name, &host.join(name))).collect()
}

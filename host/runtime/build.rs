//! Puts the compiled guests and the licence notices into the binary, as far as `xtask` has made them.
//!
//! Without them the crate still builds, so that `cargo clippy` needs no WebAssembly toolchain; running a spell then
//! ends with a line that says what to build.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let made = workspace.join("target/guests");
    // The folder, not its files: some may appear later.
    println!("cargo:rerun-if-changed={}", made.display());

    let mut rows = String::new();
    for language in languages(&made) {
        let (hash, image) = (made.join(format!("{language}.sha256")), made.join(format!("{language}.cwasm")));
        rows += &format!("({language:?}, include_str!({hash:?}), include_bytes!({image:?}).as_slice()),");
    }
    let notices = made.join("notices.txt");
    let notices = if notices.exists() { format!("Some(include_str!({notices:?}))") } else { "None".into() };
    let code = format!(
        "pub(super) const GUESTS: &[(&str, &str, &[u8])] = &[{rows}];\npub(super) const NOTICES: Option<&str> = {notices};\n"
    );
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs");
    if let Err(error) = fs::write(&out, code) {
        println!("cargo:error={}: {error}", out.display());
    }
}

/// The languages whose guest has been built, sorted.
fn languages(made: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(made)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".cwasm").map(String::from))
        .filter(|name| made.join(format!("{name}.sha256")).exists())
        .collect();
    names.sort();
    names
}

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
    write("embedded.rs", &code);
    write("wit.rs", &wit(&workspace.join("wit")));
}

fn write(name: &str, code: &str) {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name);
    if let Err(error) = fs::write(&out, code) {
        println!("cargo:error={}: {error}", out.display());
    }
}

/// The world as text, which components are held against.
fn wit(folder: &Path) -> String {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "wit"));
    files.sort();
    let row = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        format!("({name:?}, include_str!({:?})),", file.display().to_string())
    };
    format!("pub(super) const WIT: &[(&str, &str)] = &[{}];\n", files.iter().map(row).collect::<String>())
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

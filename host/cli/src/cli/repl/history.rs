//! The history of a prompt's lines: for its user alone, and off limits for spells.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;

/// The history of a language. Its folder is made where it is not there.
pub fn place(language: &str) -> anyhow::Result<PathBuf> {
    let folder = super::state_folder()?;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).with_context(|| folder.display().to_string())?;
    let file = folder.join(format!("history.{language}"));
    // The line editor makes it with this mode; one that was there keeps its own.
    #[cfg(unix)]
    if file.exists() {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(&file, mode).with_context(|| file.display().to_string())?;
    }
    Ok(file)
}

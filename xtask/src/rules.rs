//! Changes to an interpreter's sources, made to a copy of them while its guest is built.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::stamp;

/// One change. A version of the interpreter that it does not fit is a build error.
pub struct Rule {
    pub name: &'static str,
    pub file: &'static str,
    pub old: &'static str,
    pub new: &'static str,
    /// How often `old` occurs.
    pub count: usize,
}

/// Writes what `rules` make of files in `sources` into `folder`. Files that no rule names are not there.
pub fn apply(rules: &[Rule], sources: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    for rule in rules {
        let target = folder.join(rule.file);
        let source = if target.exists() { target.clone() } else { sources.join(rule.file) };
        let text = std::fs::read_to_string(&source).with_context(|| format!("reading {}", source.display()))?;
        let found = text.matches(rule.old).count();
        ensure!(
            found == rule.count,
            "the rule `{}` fits {} {found} times instead of {}",
            rule.name,
            rule.file,
            rule.count
        );
        stamp::write(&target, text.replace(rule.old, rule.new).as_bytes())?;
    }
    Ok(())
}

/// The changed copy of a source if there is one.
pub fn pick(name: &str, sources: &Path, folder: &Path) -> PathBuf {
    let changed = folder.join(name);
    if changed.exists() { changed } else { sources.join(name) }
}

//! Changes to an interpreter's sources, made to a copy of them while its guest is built.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::stamp;

/// One change. A version of the interpreter that it does not fit is a build error.
#[derive(Clone)]
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

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { name: "sample", file: "a.c", old: "trap", new: "none", count: 2 };

    #[test]
    fn a_rule_that_does_not_fit_is_an_error_that_names_it() {
        let sources = tempfile::tempdir().unwrap();
        let copy = sources.path().join("copy");
        for (text, fits) in [("trap; trap;", true), ("trap;", false), ("trap; trap; trap;", false)] {
            std::fs::write(sources.path().join("a.c"), text).unwrap();
            let applied = apply(&[RULE], sources.path(), &copy);
            assert_eq!(applied.is_ok(), fits, "{text}");
            if let Err(error) = applied {
                assert!(error.to_string().contains("`sample`"), "{error}");
            }
        }
    }

    #[test]
    fn only_files_that_a_rule_names_are_copied() {
        let sources = tempfile::tempdir().unwrap();
        let copy = sources.path().join("copy");
        std::fs::write(sources.path().join("a.c"), "trap trap").unwrap();
        apply(&[RULE], sources.path(), &copy).unwrap();
        assert_eq!(std::fs::read_to_string(pick("a.c", sources.path(), &copy)).unwrap(), "none none");
        assert_eq!(pick("b.c", sources.path(), &copy), sources.path().join("b.c"));
    }
}

//! The files that a command writes: none may be another one, nor one that it reads, nor one of the store's.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::bail;
use llmspell_wasm::state::Place;

/// A file by its flag.
pub struct Named<'a> {
    pub flag: &'static str,
    pub path: &'a Path,
}

/// What a path leads to, whatever it is called.
#[derive(PartialEq, Eq)]
enum Identity {
    /// Of a file that is there: its device and its number.
    There(u64, u64),
    /// Where one would be made.
    Missing(PathBuf),
}

/// Refuses outputs that are the same file, one of the inputs, or one of the store's. Before anything is written.
pub fn check(outputs: &[Named<'_>], inputs: &[Named<'_>], store: &Place) -> anyhow::Result<()> {
    for (at, output) in outputs.iter().enumerate() {
        check_store(output, store)?;
        let identity = identity(output.path);
        // What is no plain file, such as /dev/stderr, may be written by several.
        if fs::metadata(output.path).is_ok_and(|about| !about.is_file()) {
            continue;
        }
        let is_same = |other: &&Named<'_>| identity == self::identity(other.path);
        if let Some(other) = outputs.iter().take(at).find(is_same) {
            bail!("{} and {} name the same file: {}", other.flag, output.flag, output.path.display());
        }
        if let Some(input) = inputs.iter().find(is_same) {
            let (output, flag, path) = (output.flag, input.flag, input.path.display());
            bail!("{output} would overwrite {flag} {path}: name another file");
        }
    }
    Ok(())
}

fn check_store(output: &Named<'_>, store: &Place) -> anyhow::Result<()> {
    let (folder, files) = match store {
        Place::Memory => return Ok(()),
        Place::Sled(folder) => (folder.clone(), Vec::new()),
        Place::Sqlite(file) => {
            (with(file, ".backups"), ["", "-wal", "-shm", "-journal"].map(|end| with(file, end)).into())
        }
    };
    let identity = identity(output.path);
    if is_below(output.path, &folder) || files.iter().any(|file| self::identity(file) == identity) {
        let Named { flag, path } = output;
        bail!("{flag} {} would be written into the store {store}: name another file", path.display());
    }
    Ok(())
}

/// Whether a file lies, or would be made, in a folder or below it.
fn is_below(path: &Path, folder: &Path) -> bool {
    let target = match fs::canonicalize(path) {
        Ok(target) => target,
        Err(_) => match place(path) {
            Identity::Missing(target) => target,
            Identity::There(..) => return false,
        },
    };
    fs::canonicalize(folder).is_ok_and(|folder| target.starts_with(folder))
}

/// A file beside another, with a longer name.
pub fn with(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn identity(path: &Path) -> Identity {
    if let Ok(about) = fs::metadata(path) {
        return Identity::There(about.dev(), about.ino());
    }
    // A link that leads nowhere yet is followed when the file is made.
    if let Ok(target) = fs::read_link(path) {
        let target = path.parent().map_or(target.clone(), |folder| folder.join(&target));
        if target != path && fs::symlink_metadata(&target).is_ok_and(|about| !about.is_symlink()) || !target.exists() {
            return place(&target);
        }
    }
    place(path)
}

fn place(path: &Path) -> Identity {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    Identity::Missing(path.file_name().map_or(folder.clone(), |name| folder.join(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(outputs: &[&Path], inputs: &[&Path]) -> bool {
        let outputs: Vec<Named<'_>> = outputs.iter().map(|path| Named { flag: "--out", path }).collect();
        let inputs: Vec<Named<'_>> = inputs.iter().map(|path| Named { flag: "--in", path }).collect();
        check(&outputs, &inputs, &Place::Memory).is_err()
    }

    #[test]
    fn a_file_is_itself_by_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("there"), "").unwrap();
        fs::create_dir(at("sub")).unwrap();
        fs::hard_link(at("there"), at("hard")).unwrap();
        std::os::unix::fs::symlink("there", at("soft")).unwrap();
        std::os::unix::fs::symlink("missing", at("dangling")).unwrap();
        for (one, other) in [
            ("there", "sub/../there"),
            ("there", "hard"),
            ("there", "soft"),
            ("missing", "./missing"),
            ("missing", "sub/../missing"),
            ("missing", "dangling"),
            ("dangling", "missing"),
        ] {
            assert!(refused(&[&at(one), &at(other)], &[]), "{one} {other}");
            assert!(refused(&[&at(one)], &[&at(other)]), "{one} {other}");
        }
        assert!(!refused(&[&at("there"), &at("missing"), &at("other")], &[&at("input")]));
        assert!(!refused(&[Path::new("/dev/null"), Path::new("/dev/null")], &[]));
    }

    #[test]
    fn a_store_is_not_written_into() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("sled/backups")).unwrap();
        fs::create_dir(at("db.backups")).unwrap();
        fs::write(at("db"), "").unwrap();
        std::os::unix::fs::symlink("sled", at("link")).unwrap();
        std::os::unix::fs::symlink("db", at("soft")).unwrap();
        let refused =
            |name: &str, store: &Place| check(&[Named { flag: "--to", path: &at(name) }], &[], store).is_err();
        let (sled, sqlite) = (Place::Sled(at("link")), Place::Sqlite(at("db")));
        for name in ["sled/x", "link/x", "link/backups/x", "sled/../sled/backups/x"] {
            assert!(refused(name, &sled), "{name}");
        }
        for name in ["db", "soft", "db-wal", "db-shm", "sled/../db", "db.backups/x"] {
            assert!(refused(name, &sqlite), "{name}");
        }
        for name in ["x", "sledge", "sled.jsonl"] {
            assert!(!refused(name, &sled) && !refused(name, &sqlite), "{name}");
        }
    }
}

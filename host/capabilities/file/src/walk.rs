//! The way to a file, part by part and link by link: so it is known where it leads, and what is swapped meanwhile leads nowhere else.

use std::io::ErrorKind;
use std::sync::Arc;

use cap_fs_ext::DirExt;
use cap_std::fs::{Dir, Metadata};

use crate::error::FileError;
use crate::roots::{Root, parts};

/// Whether the last part is followed if it is a link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Last {
    Followed,
    Kept,
}

/// Where a way ends.
pub struct Found {
    /// The folder that holds it.
    pub folder: Arc<Dir>,
    /// Its name there; `None`: it is the folder itself.
    pub name: Option<String>,
    /// What the name stands for: looked at once, and looked at again where it is opened. `None`: nothing.
    pub about: Option<Metadata>,
    /// Its absolute path, without links.
    pub path: String,
}

/// As systems have it.
const MOST_LINKS: usize = 40;
/// Folders within each other, for each of which a handle is open.
pub const MOST_LEVELS: usize = 64;

/// Goes the way. What the last part names need not be there.
pub fn walk(root: &Root, below: &[String], last: Last) -> Result<Found, FileError> {
    let mut rest: Vec<String> = below.iter().rev().cloned().collect();
    // The folders that were entered, each with its name.
    let mut entered: Vec<(Arc<Dir>, String)> = Vec::new();
    let mut links = 0;
    loop {
        let here = entered.last().map_or(&root.dir, |(dir, _)| dir).clone();
        let path = |name: &[&str]| {
            let names: Vec<&str> = entered.iter().map(|(_, name)| name.as_str()).chain(name.iter().copied()).collect();
            root.path(&names)
        };
        let Some(part) = rest.pop() else {
            let about = Some(here.dir_metadata()?);
            return Ok(Found { path: path(&[]), folder: here, name: None, about });
        };
        if part == ".." {
            entered.pop().ok_or(FileError::Escapes)?;
            continue;
        }
        let about = match here.symlink_metadata(&part) {
            Ok(about) => Some(about),
            Err(error) if error.kind() == ErrorKind::NotFound && rest.is_empty() => None,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(FileError::NoFolder(part)),
            Err(error) => return Err(error.into()),
        };
        let is = |kind: fn(&Metadata) -> bool| about.as_ref().is_some_and(kind);
        if is(|about| about.is_symlink()) && !(rest.is_empty() && last == Last::Kept) {
            links += 1;
            if links > MOST_LINKS {
                return Err(FileError::Unusable("it leads through too many links".into()));
            }
            let target = here.read_link_contents(&part)?;
            let target = target.to_str().ok_or_else(|| FileError::Unusable("a link's target is not UTF-8".into()))?;
            let target = match target.starts_with('/') {
                true => {
                    entered.clear();
                    root.below(target).ok_or(FileError::Escapes)?
                }
                false => parts(target),
            };
            rest.extend(target.into_iter().rev());
        } else if rest.is_empty() {
            return Ok(Found { path: path(&[&part]), folder: here, name: Some(part), about });
        } else if entered.len() >= MOST_LEVELS {
            return Err(FileError::Unusable(format!("it is more than {MOST_LEVELS} folders deep")));
        } else if is(|about| about.is_dir()) {
            entered.push((Arc::new(here.open_dir_nofollow(&part)?), part));
        } else {
            return Err(FileError::NotFolder);
        }
    }
}

impl Found {
    /// The folder that it is, opened.
    pub fn open_folder(&self) -> Result<Arc<Dir>, FileError> {
        match (&self.name, &self.about) {
            (None, _) => Ok(self.folder.clone()),
            (Some(_), None) => Err(FileError::Missing),
            (Some(_), Some(about)) if !about.is_dir() => Err(FileError::NotFolder),
            (Some(name), Some(_)) => Ok(Arc::new(self.folder.open_dir_nofollow(name)?)),
        }
    }

    /// Its name, where it is a plain file or nothing at all: what a file can be written to.
    pub fn file_name(&self) -> Result<&str, FileError> {
        let name = self.name.as_deref().ok_or(FileError::IsFolder)?;
        match &self.about {
            Some(about) if about.is_dir() => Err(FileError::IsFolder),
            Some(about) if !about.is_file() => Err(FileError::NotPlain),
            _ => Ok(name),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use llmspell_policy::Right;

    use super::*;

    #[test]
    fn it_is_known_where_a_way_leads_and_none_leads_out() {
        let top = tempfile::tempdir().unwrap();
        let real = top.path().canonicalize().unwrap().join("granted");
        std::fs::create_dir_all(real.join("a/b")).unwrap();
        std::fs::write(real.join("a/b/file"), "").unwrap();
        for (name, target) in [
            ("file", "a/b/file"),
            ("a/up", "../a/b"),
            ("out", ".."),
            ("loop", "loop"),
            ("far", "/etc"),
            ("whole", real.join("a").to_str().unwrap()),
            ("tricky", real.join("a/../../x").to_str().unwrap()),
        ] {
            symlink(target, real.join(name)).unwrap();
        }
        let root = Root::open(Right::READ, real.to_str().unwrap()).unwrap();
        let go = |path: &str, last| {
            walk(&root, &parts(path), last).map(|found| found.path.replace(real.to_str().unwrap(), "TOP"))
        };
        for (path, expected) in [
            ("", "TOP"),
            ("a/b/file", "TOP/a/b/file"),
            ("file", "TOP/a/b/file"),
            ("a/up/file", "TOP/a/b/file"),
            ("whole/up/new", "TOP/a/b/new"),
            ("a/up/../b", "TOP/a/b"),
        ] {
            assert_eq!(go(path, Last::Followed).as_deref(), Ok(expected), "{path}");
        }
        assert_eq!(go("whole/up", Last::Kept).as_deref(), Ok("TOP/a/up"));
        for path in ["out", "out/x", "far/passwd", "tricky", "../x", "a/../../x"] {
            assert_eq!(go(path, Last::Followed), Err(FileError::Escapes), "{path}");
        }
        assert!(matches!(go("loop/x", Last::Followed), Err(FileError::Unusable(_))));
        let deep = "d/".repeat(MOST_LEVELS + 1);
        std::fs::create_dir_all(real.join(&deep)).unwrap();
        assert!(go(&deep, Last::Followed).is_ok());
        std::fs::create_dir(real.join(&deep).join("d")).unwrap();
        assert!(matches!(go(&(deep + "d"), Last::Followed), Err(FileError::Unusable(_))));
        assert!(matches!(go("no/x", Last::Followed), Err(FileError::NoFolder(_))));
        assert_eq!(go("a/b/file/x", Last::Followed), Err(FileError::NotFolder));
    }
}

//! Where a store is, and what it asks of the disk there.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::error::StoreError;

/// Which store, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Ends with the process.
    Memory,
    /// A folder, for one process at a time. The default.
    Sled(PathBuf),
    /// A file, for several processes at once.
    Sqlite(PathBuf),
}

impl FromStr for Place {
    type Err = String;

    /// "memory", "sqlite:FILE", "sled:FOLDER" or just the folder.
    fn from_str(text: &str) -> Result<Place, String> {
        let path = |path: &str| match path {
            "" => Err(format!("'{text}' names no place: a store is a folder, sqlite:FILE or memory")),
            path => Ok(PathBuf::from(path)),
        };
        match text.split_once(':') {
            None if text == "memory" => Ok(Place::Memory),
            Some(("sqlite", file)) => path(file).map(Place::Sqlite),
            Some(("sled", folder)) => path(folder).map(Place::Sled),
            Some((kind, _)) if kind.len() > 1 && kind.chars().all(|c| c.is_ascii_lowercase()) => {
                Err(format!("there is no store of the kind '{kind}': a store is a folder, sqlite:FILE or memory"))
            }
            _ => path(text).map(Place::Sled),
        }
    }
}

impl std::fmt::Display for Place {
    /// As [`Place::from_str`] reads it.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Memory => write!(to, "memory"),
            Place::Sled(folder) => write!(to, "{}", folder.display()),
            Place::Sqlite(file) => write!(to, "sqlite:{}", file.display()),
        }
    }
}

/// The syncs of a store, in one place, so that tests can tell what would be left after a power cut.
pub trait Disk: Send + Sync {
    /// Returns when everything that was written to this file is on the disk.
    fn sync_data(&self, file: &File, _path: &Path) -> io::Result<()> {
        file.sync_data()
    }

    /// Returns when everything that was made, renamed or removed in this folder is on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}

/// The machine's.
pub struct RealDisk;

impl Disk for RealDisk {}

/// A folder that belongs to a store.
#[derive(Clone)]
pub struct Folder {
    pub path: PathBuf,
    pub disk: Arc<dyn Disk>,
}

/// The note that a rebuild is under way, in the folder of a store. Beside a file it carries the file's name.
pub const REBUILD_NOTE: &str = "rebuilding";

/// What may lie in the folder of a store before there is one.
const OURS: &[&str] = &["lock", "creating", "backups", "lost+found", REBUILD_NOTE];

impl Folder {
    /// The name of an entry that does not belong to a store.
    pub fn foreign_entry(&self) -> io::Result<Option<String>> {
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !OURS.contains(&name.as_str()) && !name.starts_with("damaged-") {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Writes a file whole or not at all.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let (draft, path) = (self.path.join(format!("{name}.draft")), self.path.join(name));
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        self.disk.sync_data(&file, &draft)?;
        fs::rename(&draft, &path)?;
        self.disk.sync_folder(&self.path)
    }
}

/// The error for a store that lost something.
pub fn damaged(store: &str, what: &str) -> StoreError {
    let what = what.replace('\n', " ");
    StoreError::Damaged { store: store.into(), what, advice: String::new() }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does what may panic where a store is damaged; gives the panic's text.
pub fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message").into()
    })
}

/// Whether a panic of this thread is about to become an ordinary error.
pub fn is_quiet() -> bool {
    QUIET.get()
}

/// The name of a file system that lies behind a network: locks and syncs can't be relied on there.
pub fn network(kind: i64) -> Option<&'static str> {
    // From statfs(2). The number is signed on some machines and 32 bits wide on others.
    Some(match kind as u32 {
        0x6969 => "NFS",
        0x517b => "SMB",
        0xff53_4d42 => "CIFS",
        0xfe53_4d42 => "SMB2",
        0x5346_414f => "AFS",
        0x7375_7245 => "Coda",
        0x00c3_6400 => "Ceph",
        0x0bd0_0bd0 => "Lustre",
        0x4750_4653 => "GPFS",
        0x564c => "NCP",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_folder_a_file_or_memory() {
        for (text, place) in [
            ("memory", Place::Memory),
            ("./memory", Place::Sled("./memory".into())),
            ("/a/b", Place::Sled("/a/b".into())),
            ("sqlite:a.db", Place::Sqlite("a.db".into())),
            ("sled:memory", Place::Sled("memory".into())),
        ] {
            assert_eq!(text.parse(), Ok(place), "{text}");
        }
        for text in ["", "sqlite:", "postgres://host/db", "redb:x"] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn network_file_systems_are_known_by_their_number() {
        assert_eq!(network(0x6969), Some("NFS"));
        assert_eq!(network(i64::from(0xff53_4d42_u32 as i32)), Some("CIFS"));
        // ext4, tmpfs, overlay
        assert_eq!([0xef53, 0x0102_1994, 0x794c_7630].map(network), [None; 3]);
    }
}

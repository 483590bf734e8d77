//! The folders of a store and of its backups.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::backup::Vault;
use crate::disk::{Disk, Folder, REBUILD_NOTE, network};
use crate::error::StoreError;
use crate::place::Place;
use crate::settings::Settings;

/// Behind the name of a store's file: the folder of its backups.
const BACKUPS: &str = ".backups";

/// Behind the name of a store's file that was set aside, before the time.
pub const DAMAGED: &str = ".damaged-";

/// What SQLite keeps beside a file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The folder in which a store lies, made where it was not; none for one in memory.
pub fn folder_of(settings: &Settings) -> Result<Option<Folder>, StoreError> {
    let path = match &settings.place {
        Place::Memory => return Ok(None),
        Place::Sled(path) => path,
        Place::Sqlite(file) => file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")),
    };
    prepare(path, &settings.disk, &settings.place.to_string()).map(Some)
}

/// Where the backups of a store in this folder lie.
pub fn vault_of(place: &Place, folder: &Folder) -> Vault {
    match place {
        Place::Memory => Vault::memory(),
        Place::Sled(_) => Vault::folder(Folder { path: folder.path.join("backups"), disk: folder.disk.clone() }),
        Place::Sqlite(file) => Vault::folder(beside(folder, file, BACKUPS)),
    }
}

impl Place {
    /// All that a store there keeps or leaves on the disk, in which nobody else should read or write. Each is a file, or a folder with
    /// what is below it; a name that ends with `*` stands for all that begin like it.
    ///
    /// Where the file of a store is a link, what SQLite keeps lies beside the file that it leads to.
    pub fn paths(&self) -> Vec<PathBuf> {
        match self {
            Place::Memory => Vec::new(),
            Place::Sled(folder) => vec![folder.clone()],
            Place::Sqlite(file) => beside_sqlite(file),
        }
    }
}

/// The file that is there while a store is built anew.
pub fn note_of(place: &Place) -> Option<PathBuf> {
    match place {
        Place::Memory => None,
        Place::Sled(folder) => Some(folder.join(REBUILD_NOTE)),
        Place::Sqlite(file) => Some(with(file, &format!(".{REBUILD_NOTE}"))),
    }
}

fn beside_sqlite(file: &Path) -> Vec<PathBuf> {
    let aside = format!("{DAMAGED}*");
    let endings = || ["", BACKUPS, &aside].into_iter().chain(BESIDE);
    let files = [Some(file.to_owned()), file.canonicalize().ok()].into_iter().flatten();
    let all = files.flat_map(|file| {
        let note = note_of(&Place::Sqlite(file.clone()));
        endings().map(|ending| with(&file, ending)).chain(note).collect::<Vec<PathBuf>>()
    });
    all.collect()
}

/// The folder, made where it was not, and fit for a store.
fn prepare(path: &Path, disk: &Arc<dyn Disk>, name: &str) -> Result<Folder, StoreError> {
    let path = absolute(path);
    // Only this user may read what spells keep.
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
    made.map_err(|error| StoreError::unusable(name, &format!("making the folder {}", path.display()), &error))?;
    let about = rustix::fs::statfs(&path).map_err(io::Error::from);
    let about = about.map_err(|error| StoreError::unusable(name, "asking for its file system", &error))?;
    #[allow(clippy::unnecessary_cast, reason = "the type is another one on other machines")]
    if let Some(kind) = network(about.f_type as i64) {
        let what = format!(
            "it lies on {kind}, a network file system, where neither locks nor syncs can be relied on; --store PATH names \
             a local place"
        );
        return Err(StoreError::Unusable { store: name.into(), what });
    }
    Ok(Folder { path, disk: disk.clone() })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

pub fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_os_string();
    name.push(ending);
    PathBuf::from(name)
}

/// The folder beside a store's file: its name with an ending.
pub fn beside(folder: &Folder, file: &Path, ending: &str) -> Folder {
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(ending);
    Folder { path: folder.path.join(name), disk: folder.disk.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_what_lies_beside_its_file_and_beside_the_file_that_a_link_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap().join("real");
        fs::create_dir(&real).unwrap();
        fs::write(real.join("b.db"), "").unwrap();
        let link = folder.path().join("a.db");
        std::os::unix::fs::symlink(real.join("b.db"), &link).unwrap();
        let paths = Place::Sqlite(link.clone()).paths();
        for file in [link, real.join("b.db")] {
            for ending in ["", "-wal", "-shm", "-journal", ".backups", ".rebuilding", ".damaged-*"] {
                assert!(paths.contains(&with(&file, ending)), "{}{ending}", file.display());
            }
        }
        assert_eq!(Place::Sled("a".into()).paths(), [PathBuf::from("a")]);
        assert!(Place::Memory.paths().is_empty());
    }
}

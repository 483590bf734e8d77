//! Sets a damaged store aside, whole, and puts the newest backups in its place.
//!
//! A note lies beside the store from the first step to the last: opening it meanwhile is refused, so that a rebuild that
//! was cut short is not taken for a new store. Repeated, it begins from the start. Nothing is deleted.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::backup::Vault;
use crate::error::StoreError;
use crate::folders::{DAMAGED, folder_of, note_of, vault_of, with};
use crate::lock::{self, Lock};
use crate::place::Place;
use crate::settings::Settings;

/// A store that was rebuilt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// The path of the damaged store, which was renamed.
    pub aside: PathBuf,
    /// Each tenant that has backups, with the one that was restored or the reason why none could be.
    pub tenants: Vec<(String, Result<super::Backup, String>)>,
}

/// What of sled's folder makes up the store: backups and the lock stay where they are.
const PARTS: &[&str] = &["format", "format.draft", "creating", "db", crate::sled::VALUES, crate::sled::ACKNOWLEDGED];

/// Why a store can't be opened that was left in the middle of it.
pub fn unfinished(settings: &Settings) -> bool {
    note_of(&settings.place).is_some_and(|note| note.exists())
}

/// The backups of the store, without opening it; `None` for a store in memory.
pub fn vault(settings: &Settings) -> Result<Option<Vault>, StoreError> {
    Ok(folder_of(settings)?.map(|folder| vault_of(&settings.place, &folder)))
}

/// Renames the damaged store, so that a new one can be made in its place. The inner error is the process that has it.
pub fn set_aside(settings: &Settings) -> Result<Result<PathBuf, String>, StoreError> {
    let name = settings.place.to_string();
    let failed = |error: io::Error| StoreError::unusable(&name, "setting it aside", &error);
    let Some(folder) = folder_of(settings)? else {
        return Err(StoreError::Invalid("a store in memory can't be rebuilt: it ends with its process".into()));
    };
    let _lock: Option<Lock> = match &settings.place {
        Place::Sled(_) => match lock::take(&folder.path, &settings.owner).map_err(failed)? {
            Ok(lock) => Some(lock),
            Err(owner) => return Ok(Err(owner)),
        },
        _ => None,
    };
    if let Some(note) = note_of(&settings.place) {
        File::create(&note).and_then(|note| note.sync_all()).map_err(failed)?;
        folder.disk.sync_folder(&folder.path).map_err(failed)?;
    }
    let now = settings.clock.now() / 1_000_000;
    let aside = match &settings.place {
        Place::Sqlite(file) => {
            let aside = (now..).map(|now| with(file, &format!("{DAMAGED}{now}"))).find(|aside| !aside.exists());
            let aside = aside.unwrap_or_default();
            for ending in ["", "-wal", "-shm"] {
                rename(&with(file, ending), &with(&aside, ending)).map_err(failed)?;
            }
            aside
        }
        _ => {
            let aside = (now..).map(|now| folder.path.join(format!("damaged-{now}"))).find(|aside| !aside.exists());
            let aside = aside.unwrap_or_default();
            fs::create_dir(&aside).map_err(failed)?;
            for part in PARTS {
                rename(&folder.path.join(part), &aside.join(part)).map_err(failed)?;
            }
            folder.disk.sync_folder(&aside).map_err(failed)?;
            aside
        }
    };
    folder.disk.sync_folder(&folder.path).map_err(failed)?;
    Ok(Ok(aside))
}

/// The new store is whole.
pub fn end(settings: &Settings) -> Result<(), StoreError> {
    let failed = |error: io::Error| StoreError::unusable(&settings.place.to_string(), "ending the rebuild", &error);
    if let (Some(note), Some(folder)) = (note_of(&settings.place), folder_of(settings)?) {
        fs::remove_file(note).map_err(failed)?;
        folder.disk.sync_folder(&folder.path).map_err(failed)?;
    }
    Ok(())
}

/// What is not there needs no moving.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

//! From a place to a store that is open.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backup::Vault;
use super::embedded::Embedded;
use super::engine::Engine;
use super::lock::{self, Lock};
use super::place::{Disk, Folder, at, damaged, network};
use super::{Place, Settings, StoreError, memory, rebuild, sled, sqlite};

/// What came of one attempt.
pub enum Attempt {
    Open(Embedded),
    /// Somebody else has it: pid, spell, since when.
    Busy(String),
}

/// Tries once, and waits for nobody. `rebuilding`: also where a rebuild was begun and not ended.
pub fn attempt(settings: &Settings, rebuilding: bool) -> Result<Attempt, StoreError> {
    let name = settings.place.to_string();
    let Some(folder) = folder_of(settings)? else {
        return Embedded::new(name, memory::open(), Vault::memory(), settings, None).map(Attempt::Open);
    };
    let vault = vault_of(&settings.place, &folder);
    match engine(settings, rebuilding, &folder, &vault) {
        Ok(Ok((engine, lock))) => Embedded::new(name, engine, vault, settings, lock).map(Attempt::Open),
        Ok(Err(owner)) => Ok(Attempt::Busy(owner)),
        Err(problem) => Err(at(&name, &vault, settings.salvage)(problem)),
    }
}

/// What is below the store, and its lock; or who has it.
fn engine(
    settings: &Settings,
    rebuilding: bool,
    folder: &Folder,
    vault: &Vault,
) -> Result<Result<(Engine, Option<Lock>), String>, StoreError> {
    let name = settings.place.to_string();
    if !rebuilding && rebuild::unfinished(settings) {
        return Err(damaged(&name, "it was being rebuilt from its backups, and that was cut short"));
    }
    match &settings.place {
        Place::Memory => Ok(Ok((memory::open(), None))),
        Place::Sled(_) => {
            // What holds something else is left as it is: no lock is laid there either.
            sled::look(folder)?;
            let lock = match take(folder, settings, &name)? {
                Ok(lock) => lock,
                Err(owner) => return Ok(Err(owner)),
            };
            match sled::open(folder, settings.salvage) {
                Err(StoreError::Busy { owner, .. }) => Ok(Err(owner)),
                other => Ok(Ok((other?, Some(lock)))),
            }
        }
        Place::Sqlite(file) => {
            // With sled a file tells. Here it is the backups that tell of a store that was there.
            let known = !vault.tenants()?.is_empty();
            if !rebuilding && !file.exists() && known {
                return Err(damaged(&name, "its file is missing, though its backups are there"));
            }
            Ok(Ok((sqlite::open(file, &name, settings.wait, known)?, None)))
        }
    }
}

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
        Place::Sqlite(file) => Vault::folder(rebuild::beside(folder, file, ".backups")),
    }
}

fn take(folder: &Folder, settings: &Settings, name: &str) -> Result<Result<Lock, String>, StoreError> {
    lock::take(&folder.path, &settings.owner).map_err(|error| StoreError::unusable(name, "locking it", &error))
}

/// The folder, made where it was not, and fit for a store.
fn prepare(path: &Path, disk: &Arc<dyn Disk>, name: &str) -> Result<Folder, StoreError> {
    let path = absolute(path);
    // What a spell keeps is nobody else's business.
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

//! Opens a store.

use crate::advice::at;
use crate::backup::Vault;
use crate::disk::Folder;
use crate::embedded::Embedded;
use crate::engine::Engine;
use crate::error::{StoreError, damaged};
use crate::folders::{folder_of, vault_of};
use crate::lock::{self, Lock};
use crate::memory_engine;
use crate::place::Place;
use crate::processes::Processes;
use crate::rebuild;
use crate::settings::Settings;
use crate::sled;
use crate::sqlite;

/// The result of one attempt to open a store.
pub enum Attempt {
    Open(Embedded),
    /// Another process has it: pid, spell, since when.
    Busy(String),
}

/// Tries once, without waiting, for this instance of a store. `rebuilding`: also where a rebuild was begun and not ended.
pub fn attempt(settings: &Settings, instance: u64, rebuilding: bool) -> Result<Attempt, StoreError> {
    let name = settings.place.to_string();
    let Some(folder) = folder_of(settings)? else {
        let alone = (None, Processes::alone(instance));
        return Embedded::new(name, memory_engine::open(), Vault::memory(), settings, alone).map(Attempt::Open);
    };
    let vault = vault_of(&settings.place, &folder);
    match engine(settings, rebuilding, &folder, &vault) {
        Ok(Ok((engine, lock))) => {
            let processes = match &settings.place {
                Place::Sqlite(file) => Processes::shared(file, instance)
                    .map_err(|error| StoreError::unusable(&name, "telling other processes of this one", &error))?,
                Place::Memory | Place::Sled(_) => Processes::alone(instance),
            };
            Embedded::new(name, engine, vault, settings, (lock, processes)).map(Attempt::Open)
        }
        Ok(Err(owner)) => Ok(Attempt::Busy(owner)),
        Err(problem) => Err(at(&name, &vault, settings.salvage)(problem)),
    }
}

/// The store's engine and lock; the inner error is the process that has it.
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
        Place::Memory => Ok(Ok((memory_engine::open(), None))),
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

fn take(folder: &Folder, settings: &Settings, name: &str) -> Result<Result<Lock, String>, StoreError> {
    lock::take(&folder.path, &settings.owner).map_err(|error| StoreError::unusable(name, "locking it", &error))
}

//! Copies of all that a tenant has, as of one moment: written whole, with a checksum, and put back in one step.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::engine::{Read as Source, Want};
use super::generation::Builder;
use super::keys::Space;
use super::record;
use super::tenant_locks::Task;
use super::{StoreError, keys};

mod frame;
mod vault;

use frame::{Reader, Writer};
pub use vault::Vault;

/// What is known of a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Fit for a file name.
    pub id: String,
    /// Milliseconds since 1970, by the store's clock.
    pub created_at: u64,
    pub description: String,
    pub tenant: String,
    /// Values and items of streams. Not known before it is read to its end.
    #[serde(default)]
    pub keys: u64,
    /// Of the file.
    #[serde(default)]
    pub bytes: u64,
}

/// The longest description, in bytes.
pub const DESCRIPTION_BYTES: usize = 1_000;

/// Writes what the tenant has. Gives the number of entries.
pub fn pour(
    read: &dyn Source,
    about: &Backup,
    account: &Account,
    now: u64,
    to: &mut dyn Write,
    task: &Task,
) -> Result<u64, StoreError> {
    let failed = |error| failed("writing the backup", &error);
    let mut writer = Writer::begin(to, about).map_err(failed)?;
    let space = Space::new(&about.tenant, account.generation);
    let (from, end) = space.everything();
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        task.go_on()?;
        let suffix = keys::label(key);
        // What has expired is not kept.
        if !record::whole(suffix, value)?.is_expired(now) {
            writer.entry(suffix, value).map_err(failed)?;
            if writer.count % 256 == 0 {
                task.tell(writer.count);
            }
        }
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    let count = writer.end().map_err(failed)?;
    task.tell(count);
    Ok(count)
}

/// Reads a backup to its end: that nothing is missing and nothing was changed.
pub fn check(from: &mut dyn Read, name: &str, task: &Task) -> Result<Backup, StoreError> {
    let mut reader = Reader::begin(from, name)?;
    while reader.entry()?.is_some() {
        task.go_on()?;
    }
    Ok(reader.about)
}

/// Puts the entries of a backup that was checked into a new generation.
pub fn refill(from: &mut dyn Read, name: &str, into: &mut Builder<'_>, task: &Task) -> Result<(), StoreError> {
    let mut reader = Reader::begin(from, name)?;
    let mut count = 0;
    while let Some((suffix, record)) = reader.entry()? {
        task.go_on()?;
        let plain =
            keys::suffix(&suffix).is_some_and(|(section, ..)| (keys::VALUES..=keys::SCHEMAS).contains(&section));
        if !plain || record::decode(&suffix, record.clone()).is_err() {
            return Err(StoreError::Invalid(format!("the backup {name} holds what no store of ours wrote")));
        }
        into.add(suffix, record, true)?;
        count += 1;
        if count % 256 == 0 {
            task.tell(count);
        }
    }
    task.tell(count);
    Ok(())
}

pub fn failed(doing: &str, error: &std::io::Error) -> StoreError {
    StoreError::Unusable { store: String::new(), what: format!("{doing}: {}", super::error::explain(error)) }
}

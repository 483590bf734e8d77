//! Backups: copies of all that a tenant has, as of one moment, with a checksum.

use std::io::{Read, Write};

use serde::{Deserialize, Serialize};

use crate::engine::{Read as Source, Want};
use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::record;
use crate::tenant_locks::Task;
use crate::tenant_record::TenantRecord;

mod frame;
mod vault;

pub use frame::Reader;
use frame::Writer;
pub use vault::Vault;

/// A backup's description, without its data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Fit for a file name.
    pub id: String,
    /// Milliseconds since 1970, by the store's clock.
    pub created_at: u64,
    /// As the caller gave it, at most 1,000 bytes.
    pub description: String,
    /// The tenant whose data it holds.
    pub tenant: String,
    /// Values and items of streams. Not known before it is read to its end.
    #[serde(default)]
    pub keys: u64,
    /// The size of its file.
    #[serde(default)]
    pub bytes: u64,
}

/// The longest description, in bytes.
pub const DESCRIPTION_BYTES: usize = 1_000;

/// Writes what the tenant has. Gives the number of entries.
pub fn pour(
    read: &dyn Source,
    about: &Backup,
    tenant_record: &TenantRecord,
    now: u64,
    to: &mut dyn Write,
    task: &Task,
) -> Result<u64, StoreError> {
    let failed = |error| failed("writing the backup", &error);
    let mut writer = Writer::begin(to, about).map_err(failed)?;
    let space = Space::new(&about.tenant, tenant_record.generation);
    let (from, end) = space.everything();
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        task.go_on()?;
        let suffix = keys::label(key);
        // What has expired is not kept.
        if !record::whole(suffix, value)?.is_expired(now) || keys::is_bound_up(suffix) {
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

pub fn failed(doing: &str, error: &std::io::Error) -> StoreError {
    StoreError::Unusable { store: String::new(), what: format!("{doing}: {}", crate::error::explain(error)) }
}

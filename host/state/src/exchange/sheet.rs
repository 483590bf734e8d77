//! Writes an export.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::line::End;
use super::line::FORMAT;
use super::line::Head;
use crate::error::StoreError;
use crate::tenant_locks::Task;

/// A file in the making.
pub struct Sheet<'a> {
    to: BufWriter<File>,
    hash: Sha256,
    entries: u64,
    task: &'a Task,
}

/// The error for a file outside the store: it does not mean that the store failed.
fn failed(error: std::io::Error) -> StoreError {
    StoreError::Invalid(format!("the file can't be written: {error}"))
}

impl<'a> Sheet<'a> {
    pub fn begin(path: &Path, tenant: &str, now: u64, task: &'a Task) -> Result<Sheet<'a>, StoreError> {
        // Only this user may read what spells keep.
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
        let mut sheet = Sheet { to: BufWriter::new(file), hash: Sha256::new(), entries: 0, task };
        let head = Head { format: FORMAT.into(), tenant: tenant.into(), exported_at: now };
        sheet.line(&serde_json::to_string(&head).unwrap_or_default())?;
        Ok(sheet)
    }

    pub fn entry(&mut self, line: &str) -> Result<(), StoreError> {
        self.task.go_on()?;
        self.line(line)?;
        self.entries += 1;
        if self.entries.is_multiple_of(256) {
            self.task.tell(self.entries);
        }
        Ok(())
    }

    /// How many it has so far.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// Closes it, synced. Gives the number of entries.
    pub fn end(mut self) -> Result<u64, StoreError> {
        let end = End { entries: self.entries, sha256: Some(llmspell_base::hash::hex(&self.hash.clone().finalize())) };
        self.line(&serde_json::to_string(&end).unwrap_or_default())?;
        let file = self.to.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        self.task.tell(self.entries);
        Ok(self.entries)
    }

    fn line(&mut self, text: &str) -> Result<(), StoreError> {
        for part in [text.as_bytes(), b"\n"] {
            self.hash.update(part);
            self.to.write_all(part).map_err(failed)?;
        }
        Ok(())
    }
}

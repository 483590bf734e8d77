//! The number of the last commit that was acknowledged, in a file of its own.
//!
//! To sled, a record at the end of its log whose checksum is wrong is one that was being written when the machine
//! stopped: it forgets it. Whether it had been acknowledged is known here. The number is written after the log has reached
//! the disk, and is not itself waited for: it may be older than the log, and is never newer. So a log that
//! ends before it has lost something, also after a crash.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};

use crate::disk::Folder;
use crate::engine::Batch;
use crate::keys;
use crate::record;

pub const FILE: &str = "acknowledged";

/// The label of its checksum.
const LABEL: &[u8] = FILE.as_bytes();

pub struct Mark {
    file: File,
    next: Option<u64>,
}

impl Mark {
    /// The mark, and the number that it has; 0 where it has none that is whole.
    pub fn open(folder: &Folder) -> io::Result<(Mark, u64)> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let mut file = options.open(folder.path.join(FILE))?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(100).read_to_end(&mut bytes)?;
        let last = record::unseal_number(LABEL, &bytes).unwrap_or(0);
        Ok((Mark { file, next: None }, last))
    }

    /// These changes are about to be made.
    pub fn note(&mut self, batch: &Batch) {
        let key = keys::version();
        if let Some(Some(sealed)) = batch.get(&key) {
            self.next = record::unseal_number(&key, sealed).ok().or(self.next);
        }
    }

    /// What was noted does not count.
    pub fn forget(&mut self) {
        self.next = None;
    }

    /// All that was noted is on the disk.
    pub fn write(&mut self) {
        if let Some(version) = self.next.take() {
            // An older one does no harm, and what was asked for is done.
            let _ = self.file.write_all_at(&record::seal(LABEL, version.to_be_bytes().to_vec()), 0);
        }
    }
}

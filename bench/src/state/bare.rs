//! sled as one finds it, and the disk itself.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use anyhow::Result;

/// sled without anything of ours around it.
pub struct Bare {
    pub db: sled::Db,
    log: File,
}

impl Bare {
    pub fn open(path: &Path) -> Result<Bare> {
        // What our store sets as well.
        let db = sled::Config::new().path(path).mode(sled::Mode::LowSpace).cache_capacity(64 << 20).open()?;
        Ok(Bare { db, log: File::open(path.join("db"))? })
    }

    /// sled's own `flush`: it survives the process, but not the machine.
    pub fn flushed(&self, key: &str, value: &str) -> Result<()> {
        self.db.insert(key, value)?;
        self.db.flush()?;
        Ok(())
    }

    /// On the disk.
    pub fn synced(&self, key: &str, value: &str) -> Result<()> {
        self.flushed(key, value)?;
        Ok(self.log.sync_data()?)
    }
}

/// A file that is written and waited for: nothing that is durable takes less.
pub struct Plain(File);

impl Plain {
    pub fn open(path: &Path) -> Result<Plain> {
        let mut file = File::create(path)?;
        file.write_all(&vec![0; 1 << 20])?;
        file.sync_all()?;
        Ok(Plain(file))
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.0.stream_position()? + bytes.len() as u64 > 1 << 20 {
            self.0.rewind()?;
        }
        self.0.write_all(bytes)?;
        Ok(self.0.sync_data()?)
    }
}

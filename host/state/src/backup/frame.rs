//! The file of a backup: a line that says what it is, the entries, each with its length, and a checksum of all of it.

use std::io::{self, Read, Write};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::Backup;
use crate::error::StoreError;

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

const MAGIC: &str = "llmspell state backup 2";

/// Stands where the length of a key would stand.
const END: u32 = u32::MAX;

/// The largest entry of a backup.
const MOST_SUFFIX: u32 = 8 << 10;
const MOST_RECORD: u32 = 1 << 30;
const MOST_LINE: u64 = 16 << 10;

pub struct Writer<'a> {
    to: &'a mut dyn Write,
    hash: Sha256,
    pub count: u64,
}

impl<'a> Writer<'a> {
    pub fn begin(to: &'a mut dyn Write, about: &Backup) -> io::Result<Writer<'a>> {
        let mut writer = Writer { to, hash: Sha256::new(), count: 0 };
        let line = json!({
            "format": MAGIC, "id": about.id, "created_at": about.created_at,
            "description": about.description, "tenant": about.tenant,
        });
        writer.put(format!("{line}\n").as_bytes())?;
        Ok(writer)
    }

    pub fn entry(&mut self, suffix: &[u8], record: &[u8]) -> io::Result<()> {
        self.put(&(suffix.len() as u32).to_be_bytes())?;
        self.put(&(record.len() as u32).to_be_bytes())?;
        self.put(suffix)?;
        self.put(record)?;
        self.count += 1;
        Ok(())
    }

    pub fn end(mut self) -> io::Result<u64> {
        self.put(&END.to_be_bytes())?;
        self.put(&self.count.to_be_bytes())?;
        let hash = self.hash.finalize();
        self.to.write_all(&hash)?;
        Ok(self.count)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.to.write_all(bytes)
    }
}

pub struct Reader<'a> {
    from: &'a mut dyn Read,
    hash: Sha256,
    name: String,
    pub about: Backup,
}

impl<'a> Reader<'a> {
    pub fn begin(from: &'a mut dyn Read, name: &str) -> Result<Reader<'a>, StoreError> {
        let mut reader = Reader { from, hash: Sha256::new(), name: name.into(), about: Backup::default() };
        let mut line = Vec::new();
        loop {
            let [byte] = reader.take()?;
            if byte == b'\n' {
                break;
            }
            line.push(byte);
            if line.len() as u64 > MOST_LINE {
                return Err(reader.wrong("it does not begin as one"));
            }
        }
        let head: serde_json::Value = serde_json::from_slice(&line).unwrap_or_default();
        if head.get("format").and_then(serde_json::Value::as_str) != Some(MAGIC) {
            return Err(reader.wrong("it does not begin as one"));
        }
        reader.about = serde_json::from_value(head).map_err(|_| reader.wrong("its first line is garbled"))?;
        reader.about.bytes = line.len() as u64 + 1;
        Ok(reader)
    }

    /// `None` at the end, where the checksum was right.
    pub fn entry(&mut self) -> Result<Option<Entry>, StoreError> {
        let suffix = u32::from_be_bytes(self.take()?);
        if suffix == END {
            let count = u64::from_be_bytes(self.take()?);
            let hash: [u8; 32] = std::mem::take(&mut self.hash).finalize().into();
            let wanted: [u8; 32] = self.take()?;
            if hash != wanted || count != self.about.keys {
                return Err(self.wrong("its checksum is wrong"));
            }
            self.about.bytes += 44;
            return Ok(None);
        }
        let record = u32::from_be_bytes(self.take()?);
        if suffix > MOST_SUFFIX || record > MOST_RECORD {
            return Err(self.wrong("an entry is too large"));
        }
        let entry = (self.bytes(suffix)?, self.bytes(record)?);
        self.about.keys += 1;
        self.about.bytes += 8 + u64::from(suffix) + u64::from(record);
        Ok(Some(entry))
    }

    fn take<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], StoreError> {
        let mut bytes = [0; LENGTH];
        self.from.read_exact(&mut bytes).map_err(|error| self.broken(&error))?;
        self.hash.update(bytes);
        Ok(bytes)
    }

    /// Allocates no more than there is, whatever the length says.
    fn bytes(&mut self, length: u32) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let read = Read::take(&mut *self.from, u64::from(length)).read_to_end(&mut bytes);
        let read = read.map_err(|error| self.broken(&error))?;
        if read != length as usize {
            return Err(self.wrong("its end is missing"));
        }
        self.hash.update(&bytes);
        Ok(bytes)
    }

    fn broken(&self, error: &io::Error) -> StoreError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.wrong("its end is missing"),
            _ => super::failed("reading the backup", error),
        }
    }

    fn wrong(&self, what: &str) -> StoreError {
        StoreError::Invalid(format!("{} is no backup that can be used: {what}", self.name))
    }
}

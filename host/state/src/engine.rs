//! The engine below an embedded store: an ordered map of bytes with a single writer.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::error::StoreError;
use crate::record::HEAD_BYTES;

/// Puts, and deletes where there is nothing to put. In the order of keys.
pub type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// How much of each value a scan wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// At least the first [`HEAD_BYTES`].
    Heads,
    Whole,
}

/// Called with key, value (or its beginning) and the value's length.
pub type Each<'a> = &'a mut dyn FnMut(&[u8], &[u8], u64) -> Result<ControlFlow<()>, StoreError>;

/// What lies under each of two keys.
pub type Both = (Option<Vec<u8>>, Option<Vec<u8>>);

pub trait Read {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Two values as of one moment, where others write at the same time.
    fn get_both(&self, one: &[u8], other: &[u8]) -> Result<Both, StoreError> {
        Ok((self.get(one)?, self.get(other)?))
    }

    /// At least the first [`HEAD_BYTES`] of a value, and its length.
    fn peek(&self, key: &[u8]) -> Result<Option<(Vec<u8>, u64)>, StoreError> {
        Ok(self.get(key)?.map(|mut value| {
            let length = value.len() as u64;
            value.truncate(HEAD_BYTES);
            (value, length)
        }))
    }

    /// All from `from` on and below `end`, in the order of keys.
    fn scan(&self, range: (&[u8], &[u8]), want: Want, each: Each<'_>) -> Result<(), StoreError>;
}

/// The only writer in this process. Between `begin` and `sync` its reads see what was applied.
pub trait Writer: Read + Send {
    fn begin(&mut self) -> Result<(), StoreError>;

    /// Whole or not at all, also when the machine stops in the middle. Readers may see it at once.
    fn apply(&mut self, batch: &Batch) -> Result<(), StoreError>;

    /// Everything that was applied survives from here on. After an error it is not known whether it does.
    fn sync(&mut self) -> Result<(), StoreError>;

    /// Ends without a sync: nothing was applied, or what was applied does not count.
    fn discard(&mut self);

    /// What the engine finds wrong with itself, and how much it looked at. Called between commits.
    fn check(&mut self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }
}

/// An engine in two parts.
pub struct Engine {
    pub reader: Box<dyn Read + Send + Sync>,
    pub writer: Box<dyn Writer>,
    /// Whether writing waits for a disk.
    pub waits: bool,
    /// Whether no other process can write at the same time.
    pub exclusive: bool,
}

//! Records of runs, kept in the store in pieces.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use llmspell_wasm::state::{Condition, Lifetime, Store, StoreError};

use crate::stored;

/// Bytes of one piece.
const PIECE: usize = 300 << 10;

/// Pieces of one commit.
const PIECES: usize = 16;

/// A record as it is written, within so many bytes.
#[derive(Clone)]
pub struct RecordBuffer {
    most: usize,
    bytes: Arc<Mutex<Option<Vec<u8>>>>,
}

impl RecordBuffer {
    pub fn new(most: usize) -> RecordBuffer {
        RecordBuffer { most, bytes: Arc::new(Mutex::new(Some(Vec::new()))) }
    }

    /// The record, when the run is over; `None` where it was larger than it may be.
    pub fn take(&self) -> Option<Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Write for RecordBuffer {
    /// What is too large is dropped, and the run goes on: that nothing is kept of it is told with the run.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_mut() {
            Some(kept) if kept.len() + bytes.len() <= self.most => kept.extend_from_slice(bytes),
            _ => *kept = None,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps a record, for as long as its run.
pub async fn keep(store: &Store, tenant: &str, run: &str, record: &[u8], lifetime: Lifetime) -> Result<(), StoreError> {
    let pieces: Vec<&[u8]> = record.chunks(PIECE).collect();
    for (first, some) in pieces.chunks(PIECES).enumerate() {
        let change = |(number, piece): (usize, &&[u8])| {
            let key = format!("{run}/{:06}", first * PIECES + number);
            stored::put(stored::RECORDS, &key, &STANDARD.encode(piece), Condition::Any, lifetime)
        };
        stored::commit(store, tenant, some.iter().enumerate().map(change).collect::<Result<_, _>>()?).await?;
    }
    Ok(())
}

/// A record that was kept; empty where there is none.
pub async fn read(store: &Store, tenant: &str, run: &str) -> Result<Vec<u8>, StoreError> {
    let pieces = stored::all::<String>(store, tenant, stored::RECORDS, &format!("{run}/")).await?;
    let mut record = Vec::new();
    for (_, piece) in pieces {
        let bytes = STANDARD.decode(piece).map_err(|error| StoreError::Internal(format!("a record: {error}")))?;
        record.extend(bytes);
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use llmspell_wasm::state::{Place, Settings};

    use super::*;

    #[tokio::test]
    async fn a_record_is_read_as_it_was_written() {
        let store = Store::new(Settings::new(Place::Memory));
        let record: Vec<u8> = (0..PIECE * (PIECES + 1) + 7).map(|number| (number % 251) as u8).collect();
        keep(&store, "acme", "run", &record, Lifetime::Unlimited).await.unwrap();
        keep(&store, "acme", "run2", b"other", Lifetime::Unlimited).await.unwrap();
        assert!(read(&store, "acme", "run").await.unwrap() == record);
        assert_eq!(read(&store, "other", "run").await.unwrap(), b"");
    }

    #[test]
    fn what_is_too_large_is_not_kept_in_part() {
        let buffer = RecordBuffer::new(4);
        buffer.clone().write_all(b"1234").unwrap();
        assert_eq!(buffer.take().as_deref(), Some(b"1234".as_slice()));
        let buffer = RecordBuffer::new(4);
        buffer.clone().write_all(b"123").unwrap();
        buffer.clone().write_all(b"45").unwrap();
        buffer.clone().write_all(b"6").unwrap();
        assert_eq!(buffer.take(), None);
    }
}

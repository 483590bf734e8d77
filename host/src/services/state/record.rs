//! How a value lies in the store: a fixed head, then the text.

use super::{Entry, Problem};

/// Format, version, expiry.
pub const HEAD_BYTES: usize = 17;

const FORMAT: u8 = 1;

/// What can be known of a record without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub version: u64,
    /// 0: never.
    pub expires_at: u64,
    /// Bytes of the record, the head included.
    pub length: u64,
}

pub fn encode(version: u64, expires_at: Option<u64>, text: &str) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEAD_BYTES + text.len());
    record.push(FORMAT);
    record.extend(version.to_be_bytes());
    record.extend(expires_at.unwrap_or(0).to_be_bytes());
    record.extend(text.as_bytes());
    record
}

/// The same record under another version.
pub fn with_version(mut record: Vec<u8>, version: u64) -> Vec<u8> {
    if let Some(place) = record.get_mut(1..9) {
        place.copy_from_slice(&version.to_be_bytes());
    }
    record
}

/// `bytes` is the beginning of the record, `length` is all of it.
pub fn head(bytes: &[u8], length: u64) -> Result<Head, Problem> {
    let (format, rest) = bytes.split_first().ok_or_else(garbled)?;
    let (version, rest) = rest.split_first_chunk::<8>().ok_or_else(garbled)?;
    let expires_at = rest.first_chunk::<8>().ok_or_else(garbled)?;
    if *format != FORMAT {
        return Err(garbled());
    }
    Ok(Head { version: u64::from_be_bytes(*version), expires_at: u64::from_be_bytes(*expires_at), length })
}

pub fn decode(mut record: Vec<u8>) -> Result<Entry, Problem> {
    let head = head(&record, record.len() as u64)?;
    let value = String::from_utf8(record.split_off(HEAD_BYTES)).map_err(|_| garbled())?;
    Ok(Entry { value, version: head.version, expires_at: head.expiry() })
}

impl Head {
    pub fn expiry(&self) -> Option<u64> {
        Some(self.expires_at).filter(|at| *at != 0)
    }

    pub fn is_expired(&self, now: u64) -> bool {
        self.expiry().is_some_and(|at| at <= now)
    }
}

/// The one who knows the store's name fills it in.
pub fn garbled() -> Problem {
    Problem::Damaged { store: String::new(), what: "a record is garbled".into(), advice: String::new() }
}

//! The format of a stored value: a fixed head, then the text, both with a checksum.
//!
//! The checksums are compared at every read of an entry, whatever the store. They also count its label, which is what its
//! key says without tenant and generation: so that an entry whose key was garbled is not taken for another one, and one
//! that is copied to a new generation, or carried to another tenant, stays as it is.

use crc32fast::Hasher;

use crate::entry::Entry;
use crate::error::StoreError;
use crate::keys;

/// Format, version, expiry, checksum of the text, checksum of all that and the label.
pub const HEAD_BYTES: usize = 25;

const FORMAT: u8 = 2;

/// The expiry of what is gone however the clock is set: a part of it may have been removed.
pub const LONG_GONE: u64 = 1;

/// What can be known of a record without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub version: u64,
    /// 0: never.
    pub expires_at: u64,
    /// Bytes of the record, the head included.
    pub length: u64,
    text: u32,
}

pub fn encode(label: &[u8], version: u64, expires_at: Option<u64>, text: &str) -> Vec<u8> {
    encode_bytes(label, version, expires_at, text.as_bytes())
}

/// The same of what is no text.
pub fn encode_bytes(label: &[u8], version: u64, expires_at: Option<u64>, text: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEAD_BYTES + text.len());
    record.push(FORMAT);
    record.extend(version.to_be_bytes());
    record.extend(expires_at.unwrap_or(0).to_be_bytes());
    record.extend(crc32fast::hash(text).to_be_bytes());
    let sum = checksum(label, &record);
    record.extend(sum);
    record.extend(text);
    record
}

/// The same record under another version.
pub fn with_version(label: &[u8], mut record: Vec<u8>, version: u64) -> Result<Vec<u8>, StoreError> {
    head(label, &record, 0)?;
    let (head, rest) = record.split_first_chunk_mut::<21>().ok_or_else(|| garbled(label))?;
    if let (Some(place), Some(sum)) = (head.get_mut(1..9), rest.first_chunk_mut::<4>()) {
        place.copy_from_slice(&version.to_be_bytes());
        *sum = checksum(label, head);
    }
    Ok(record)
}

/// `bytes` is the beginning of the record, `length` is all of it.
pub fn head(label: &[u8], bytes: &[u8], length: u64) -> Result<Head, StoreError> {
    let read = || {
        let (head, rest) = bytes.split_first_chunk::<21>()?;
        if *rest.first_chunk::<4>()? != checksum(label, head) {
            return None;
        }
        let (format, rest) = head.split_first()?;
        let (version, rest) = rest.split_first_chunk::<8>()?;
        let (expires_at, rest) = rest.split_first_chunk::<8>()?;
        (*format == FORMAT).then_some(Head {
            version: u64::from_be_bytes(*version),
            expires_at: u64::from_be_bytes(*expires_at),
            length,
            text: u32::from_be_bytes(*rest.first_chunk()?),
        })
    };
    read().ok_or_else(|| garbled(label))
}

/// The head of a record that is there as a whole, all of which is compared with its checksums.
pub fn whole(label: &[u8], record: &[u8]) -> Result<Head, StoreError> {
    let head = head(label, record, record.len() as u64)?;
    let text = record.get(HEAD_BYTES..).unwrap_or_default();
    if crc32fast::hash(text) == head.text { Ok(head) } else { Err(garbled(label)) }
}

/// What [`encode_bytes`] was given.
pub fn decode_bytes(label: &[u8], mut record: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    whole(label, &record)?;
    record.drain(..HEAD_BYTES);
    Ok(record)
}

pub fn decode(label: &[u8], mut record: Vec<u8>) -> Result<Entry, StoreError> {
    let head = whole(label, &record)?;
    record.drain(..HEAD_BYTES);
    let value = String::from_utf8(record).map_err(|_| garbled(label))?;
    Ok(Entry { value, version: head.version, expires_at: head.expiry() })
}

/// What the store keeps for itself, with a checksum behind it.
pub fn seal(key: &[u8], mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = checksum(key, &bytes);
    bytes.extend(sum);
    bytes
}

/// What was sealed under this key.
pub fn unseal<'a>(key: &[u8], sealed: &'a [u8]) -> Result<&'a [u8], StoreError> {
    let wrong = || damaged(&keys::told_key(key));
    let (bytes, sum) = sealed.split_last_chunk::<4>().ok_or_else(wrong)?;
    if *sum == checksum(key, bytes) { Ok(bytes) } else { Err(wrong()) }
}

/// The same of a number.
pub fn unseal_number(key: &[u8], sealed: &[u8]) -> Result<u64, StoreError> {
    unseal(key, sealed)?.try_into().map(u64::from_be_bytes).map_err(|_| damaged(&keys::told_key(key)))
}

/// Also of an empty label no checksum is 0 for nothing but zeros: a hole in a file passes nowhere.
fn checksum(label: &[u8], bytes: &[u8]) -> [u8; 4] {
    let mut hash = Hasher::new();
    hash.update(&(label.len() as u32).to_be_bytes());
    hash.update(label);
    hash.update(bytes);
    hash.finalize().to_be_bytes()
}

impl Head {
    pub fn expiry(&self) -> Option<u64> {
        Some(self.expires_at).filter(|at| *at != 0)
    }

    pub fn is_expired(&self, now: u64) -> bool {
        self.expiry().is_some_and(|at| at <= now)
    }
}

pub fn garbled(label: &[u8]) -> StoreError {
    damaged(&keys::told(label))
}

/// The error for a damaged record; the store's name is filled in further up, where it is known.
pub fn damaged(place: &str) -> StoreError {
    let what = format!("{place} is not what was put there");
    StoreError::Damaged { store: String::new(), what, advice: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flipped_bit_is_noticed_wherever_it_is() {
        let label = keys::label(&keys::Space::new("t", 1).value("s", "k")).to_vec();
        let record = encode(&label, 7, Some(9), "\"text\"");
        let entry = Entry { value: "\"text\"".into(), version: 7, expires_at: Some(9) };
        assert_eq!(decode(&label, record.clone()), Ok(entry));
        for bit in 0..record.len() * 8 {
            let mut other = record.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let told = decode(&label, other).unwrap_err();
            assert!(told.to_string().contains("the key 'k' of scope 's' is not what was put there"), "{told}");
        }
        for bit in 0..label.len() * 8 {
            let mut other = label.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(head(&other, &record, 0).is_err(), "{bit}");
        }
        assert_eq!(decode(&label, with_version(&label, record, 8).unwrap()).unwrap().version, 8);
        assert!(decode(b"", vec![0; 100]).is_err() && decode(b"", Vec::new()).is_err());
    }

    #[test]
    fn what_is_sealed_is_read_under_its_key_alone() {
        let sealed = seal(b"key", 5_u64.to_be_bytes().to_vec());
        assert_eq!(unseal_number(b"key", &sealed), Ok(5));
        assert!(unseal_number(b"kez", &sealed).is_err());
        assert!(unseal(b"key", &sealed[1..]).is_err() && unseal(b"key", &[]).is_err());
    }
}

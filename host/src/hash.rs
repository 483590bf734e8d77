//! What receipts know texts, modules and guests by.

use sha2::{Digest, Sha256};

/// SHA-256, in hex.
pub fn hash(bytes: &[u8]) -> String {
    let halves = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

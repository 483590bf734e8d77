//! Text files that the operator named.

use std::io::Read;
use std::path::Path;

/// The most that a file of the operator may hold: more is a mistake, such as a device.
const FILE_BYTES: u64 = 16 << 20;

/// Reads a whole text file of at most 16 MiB. A longer one is an error that says so.
pub fn read_text(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(file)?.take(FILE_BYTES + 1).read_to_string(&mut text)?;
    if read as u64 > FILE_BYTES {
        return Err(std::io::Error::other(format!("it has more than {} MiB", FILE_BYTES >> 20)));
    }
    Ok(text)
}

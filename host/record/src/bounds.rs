//! How much a record may be.

use llmspell_base::value::has_more_nodes;

/// Bounds on what is read. Each is met before anything of that size is made.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of one entry.
    pub entry_bytes: u64,
    /// Bytes of all contents together: they are held while the record is read.
    pub held_bytes: u64,
    /// Contents.
    pub contents: u64,
    /// Names of calls.
    pub names: u64,
    /// Entries.
    pub entries: u64,
    /// What may be unpacked however well it is compressed; beyond, it may be `ratio` times what was read.
    pub free_bytes: u64,
    /// Times the bytes that were read.
    pub ratio: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            // A call may pass 32 MiB.
            entry_bytes: 96 << 20,
            held_bytes: 512 << 20,
            contents: 1 << 20,
            names: 4096,
            entries: 100_000_000,
            free_bytes: 64 << 20,
            ratio: 200,
        }
    }
}

/// Values in a text that is parsed as JSON.
const PARTS: usize = 1 << 20;

/// Whether a text is JSON of too many values. One that is not to be parsed may have as many commas as it likes.
pub fn has_too_many_parts(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && has_more_nodes(text, PARTS)
}

/// Bytes of the name of a call.
pub const NAME_BYTES: usize = 256;

//! A value as it is read back.

/// A value and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// JSON text.
    pub value: String,
    /// Never given twice in a store, not even to a key that was deleted and made anew.
    pub version: u64,
    /// Milliseconds since 1970. From then on it is absent.
    pub expires_at: Option<u64>,
}

/// A thousand years: so that no sum overflows.
pub const MOST_MILLISECONDS: u64 = 1_000 * 366 * 86_400_000;

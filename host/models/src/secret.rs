//! A provider's API key.

use std::fmt;

/// A key. It has no Display and no Serialize, and its Debug does not show it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// A key from its text, which is not checked: an impossible key is reported when it is used.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the text cannot be an ordinary word. Local servers are given keys such as "ollama", and an honest reply
    /// may well hold that word.
    pub(crate) fn is_unmistakable(&self) -> bool {
        self.0.len() >= 16
    }

    /// Whether an HTTP header can carry it. A line break left over from a file is the usual reason that it cannot.
    pub(crate) fn is_sendable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

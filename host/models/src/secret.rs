//! A provider's API key, and any other secret of the operator.

use std::fmt;

/// A key. It has no Display and no Serialize, and its Debug does not show it.
#[derive(Clone)]
pub struct Secret {
    text: String,
    is_confidential: bool,
}

impl Secret {
    /// A key from its text, which is not checked: an impossible key is reported when it is used.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret { text: text.into(), is_confidential: false }
    }

    /// One that is taken out of every text, also where it could be an ordinary word.
    pub fn confidential(text: impl Into<String>) -> Secret {
        Secret { text: text.into(), is_confidential: true }
    }

    /// The text itself, for where it is sent to.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether the text cannot be an ordinary word. Local servers are given keys such as "ollama", and an honest reply
    /// may well hold that word.
    pub(crate) fn is_unmistakable(&self) -> bool {
        self.is_confidential || self.text.len() >= 16
    }

    /// Whether an HTTP header can carry it. A line break left over from a file is the usual reason that it cannot.
    pub(crate) fn is_sendable(&self) -> bool {
        !self.text.is_empty() && self.text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

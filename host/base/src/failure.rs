//! The failure that a spell receives when a call was not carried out.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

/// A failure of one call, which the spell can catch: a stable code, one line for people, and details.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// Lower-case word of 1 to 64 letters, digits, `-` and `_`, such as "denied"; programs compare it.
    pub code: Cow<'static, str>,
    /// One line for people: what is wrong, where, what to do.
    pub message: String,
    /// JSON for programs, usually an object; its fields depend on the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl Failure {
    /// A failure without details. `code` is not checked: use it with codes of the host.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Failure {
        Failure { code: code.into(), message: message.into(), details: None }
    }

    /// The failure that a function of the spell returned. A text that is no code becomes "script".
    pub fn of_spell(code: String, message: String, details: Option<Value>) -> Failure {
        // What is no code is an error of the script itself.
        Failure::coded(code, "script", message, details)
    }

    /// A failure whose code comes from outside. A text that is no code is replaced by `otherwise`.
    pub fn coded(code: String, otherwise: &'static str, message: String, details: Option<Value>) -> Failure {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let is_code = (1..=64).contains(&code.len()) && code.bytes().all(plain);
        Failure { code: if is_code { code.into() } else { otherwise.into() }, message, details }
    }

    /// Code "denied": a grant or policy does not allow it.
    pub fn denied(message: impl Into<String>) -> Failure {
        Failure::new("denied", message)
    }

    /// Code "invalid": the caller passed what has no meaning here.
    pub fn invalid(message: impl Into<String>) -> Failure {
        Failure::new("invalid", message)
    }

    /// Size in bytes as the guest receives it: code, message and details as JSON text.
    pub fn bytes(&self) -> usize {
        self.code.len() + self.message.len() + self.details.as_ref().map_or(0, |details| details.to_string().len())
    }
}

//! What a spell is told when something was not done.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

/// A stable code for programs, a line for people, details for programs.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    pub code: Cow<'static, str>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl Failure {
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Failure {
        Failure { code: code.into(), message: message.into(), details: None }
    }

    /// One that a spell's function gave as its answer.
    pub fn of_spell(code: String, message: String, details: Option<Value>) -> Failure {
        // What is no code is the spell's own error.
        Failure::coded(code, "script", message, details)
    }

    /// One whose code somebody else chose. Codes are for programs: what is none is taken as `otherwise`.
    pub fn coded(code: String, otherwise: &'static str, message: String, details: Option<Value>) -> Failure {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let is_code = (1..=64).contains(&code.len()) && code.bytes().all(plain);
        Failure { code: if is_code { code.into() } else { otherwise.into() }, message, details }
    }

    pub fn denied(message: impl Into<String>) -> Failure {
        Failure::new("denied", message)
    }

    pub fn invalid(message: impl Into<String>) -> Failure {
        Failure::new("invalid", message)
    }

    /// How many bytes it is for the guest.
    pub fn bytes(&self) -> usize {
        self.code.len() + self.message.len() + self.details.as_ref().map_or(0, |details| details.to_string().len())
    }
}

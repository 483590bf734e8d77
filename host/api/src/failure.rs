//! What a spell is told when something was not done.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Code;

/// Why something was not done: a stable code for programs, a line for people, details for programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// One of the host's ([`Code`]), or one that a tool or a function of the spell chose: 1 to 64 of a-z, 0-9, '-', '_'.
    #[schemars(schema_with = "code_schema")]
    pub code: Cow<'static, str>,
    /// One line: what is wrong, where, what to do.
    pub message: String,
    /// More, by code: such as `{"provider": "openai", "status": 429}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

/// The known words for completion in editors, and any other text.
fn code_schema(generator: &mut SchemaGenerator) -> Schema {
    let known = generator.subschema_for::<Code>();
    json_schema!({ "anyOf": [known, { "type": "string", "pattern": "^[a-z0-9_-]{1,64}$" }] })
}

impl Failure {
    pub fn new(code: Code, message: impl Into<String>) -> Failure {
        Failure { code: code.into(), message: message.into(), details: None }
    }

    /// Whether it has this code of the host's.
    pub fn is(&self, code: Code) -> bool {
        self.code == code.word()
    }

    /// One that a spell's function gave as its answer.
    pub fn of_spell(code: String, message: String, details: Option<Value>) -> Failure {
        // What is no code is the spell's own error.
        Failure::coded(code, Code::Script, message, details)
    }

    /// One whose code somebody else chose. Codes are for programs: what is none is taken as `otherwise`.
    pub fn coded(code: String, otherwise: Code, message: String, details: Option<Value>) -> Failure {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let is_code = (1..=64).contains(&code.len()) && code.bytes().all(plain);
        Failure { code: if is_code { code.into() } else { otherwise.into() }, message, details }
    }

    pub fn denied(message: impl Into<String>) -> Failure {
        Failure::new(Code::Denied, message)
    }

    pub fn invalid(message: impl Into<String>) -> Failure {
        Failure::new(Code::Invalid, message)
    }

    /// How many bytes it is for the guest.
    pub fn bytes(&self) -> usize {
        self.code.len() + self.message.len() + self.details.as_ref().map_or(0, |details| details.to_string().len())
    }
}

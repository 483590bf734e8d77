//! The failure that a spell receives when a call was not carried out.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Code;

/// A failure of one call, which the spell can catch: a stable code, one line for people, and details.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Failure {
    /// One of the host's ([`Code`]), or one that a tool or a function of the spell chose: 1 to 64 of a-z, 0-9, '-', '_'.
    #[schemars(schema_with = "code_schema")]
    pub code: Cow<'static, str>,
    /// One line for people: what is wrong, where, what to do.
    pub message: String,
    /// JSON for programs, usually an object; its fields depend on the code: `{"provider": "openai", "status": 429}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

/// The known words for completion in editors, and any other text.
fn code_schema(generator: &mut SchemaGenerator) -> Schema {
    let known = generator.subschema_for::<Code>();
    json_schema!({ "anyOf": [known, { "type": "string", "pattern": "^[a-z0-9_-]{1,64}$" }] })
}

impl Failure {
    /// A failure without details.
    pub fn new(code: Code, message: impl Into<String>) -> Failure {
        Failure { code: code.into(), message: message.into(), details: None }
    }

    /// Whether it has this code of the host's.
    pub fn is(&self, code: Code) -> bool {
        self.code == code.word()
    }

    /// The failure that a function of the spell returned. A text that is no code becomes "script".
    pub fn of_spell(code: String, message: String, details: Option<Value>) -> Failure {
        // What is no code is an error of the script itself.
        Failure::coded(code, Code::Script, message, details)
    }

    /// A failure whose code comes from outside. A text that is no code is replaced by `otherwise`.
    pub fn coded(code: String, otherwise: Code, message: String, details: Option<Value>) -> Failure {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let is_code = (1..=64).contains(&code.len()) && code.bytes().all(plain);
        Failure { code: if is_code { code.into() } else { otherwise.into() }, message, details }
    }

    /// Code "denied": a grant or policy does not allow it.
    pub fn denied(message: impl Into<String>) -> Failure {
        Failure::new(Code::Denied, message)
    }

    /// Code "invalid": the caller passed what has no meaning here.
    pub fn invalid(message: impl Into<String>) -> Failure {
        Failure::new(Code::Invalid, message)
    }

    /// Size in bytes as the guest receives it: code, message and details as JSON text.
    pub fn bytes(&self) -> usize {
        self.code.len() + self.message.len() + self.details.as_ref().map_or(0, |details| details.to_string().len())
    }
}

//! What all tools have in common: how their arguments are read, and the one shape of their results.

use llmspell_base::{Code, Failure};
use llmspell_capability_tool::ToolFailure;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What a tool found: its result, and a text where the result is one.
pub struct Found {
    pub result: Value,
    pub text: Option<String>,
}

impl From<Value> for Found {
    fn from(result: Value) -> Found {
        Found { result, text: None }
    }
}

/// The arguments of a tool, as its type has them.
pub fn input<Input: DeserializeOwned>(name: &str, arguments: Value) -> Result<Input, ToolFailure> {
    serde_json::from_value(arguments)
        .map_err(|error| ToolFailure::new("invalid", format!("arguments of tool '{name}': {error}")))
}

/// Codes of what is no answer of the tool: it is raised, where the spell could overlook a result.
const RAISED: &[Code] = &[Code::Denied, Code::Cancelled, Code::Budget, Code::Handles, Code::Internal];

/// A failure as it is raised.
pub fn raised(failure: Failure) -> ToolFailure {
    ToolFailure { details: failure.details, ..ToolFailure::new(failure.code, failure.message) }
}

/// The work's panic, which the operator has been told of.
pub fn broke() -> Failure {
    Failure::new(Code::Internal, "the tool broke; the operator has the details")
}

/// The one shape of results.
pub fn answer(operation: &str, found: Result<Found, Failure>) -> Result<Value, ToolFailure> {
    match found {
        Ok(Found { result, text }) => {
            let mut answer = json!({ "operation": operation, "success": true, "result": result });
            if let (Some(text), Some(map)) = (text, answer.as_object_mut()) {
                map.insert("text".into(), text.into());
            }
            Ok(answer)
        }
        Err(failure) if RAISED.iter().any(|code| failure.is(*code)) => Err(raised(failure)),
        Err(Failure { code, message, details }) => {
            let error = match details {
                Some(details) => json!({ "code": code, "message": message, "details": details }),
                None => json!({ "code": code, "message": message }),
            };
            Ok(json!({ "operation": operation, "success": false, "error": error }))
        }
    }
}

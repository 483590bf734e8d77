//! What a spell is told when something was not done, and the one table from services' errors to it.

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

impl From<&crate::services::model::ModelError> for Failure {
    fn from(error: &crate::services::model::ModelError) -> Failure {
        match error {
            // What somebody else ended a run with stays as it was.
            crate::services::model::ModelError::Stopped(failure) => (**failure).clone(),
            error => Failure { code: error.code().into(), message: error.to_string(), details: Some(error.details()) },
        }
    }
}

impl From<crate::services::model::ModelError> for Failure {
    fn from(error: crate::services::model::ModelError) -> Failure {
        Failure::from(&error)
    }
}

/// With what the run took until it failed.
impl From<Box<crate::services::model::RunError>> for Failure {
    fn from(failed: Box<crate::services::model::RunError>) -> Failure {
        let (usage, turns) = (failed.usage.show(), failed.turns);
        let mut failure = Failure::from(failed.error);
        let details = failure.details.get_or_insert_with(|| Value::Object(Default::default()));
        if let Some(details) = details.as_object_mut().filter(|_| turns > 0) {
            details.insert("usage".into(), usage);
            details.insert("turns".into(), turns.into());
        }
        failure
    }
}

impl From<crate::services::module::ModuleError> for Failure {
    fn from(error: crate::services::module::ModuleError) -> Failure {
        use crate::services::module::ModuleError::{Escapes, Foreign, Hidden, Missing, TooLarge, Unusable};
        let code = match error {
            Missing { .. } => "not-found",
            Escapes { .. } | Foreign { .. } | Hidden { .. } => "denied",
            TooLarge { .. } => "too-large",
            Unusable { .. } => "invalid",
        };
        Failure::new(code, error.to_string())
    }
}

impl From<&crate::services::state::Problem> for Failure {
    fn from(problem: &crate::services::state::Problem) -> Failure {
        use crate::services::state::Problem::Conflict;
        let details = match problem {
            Conflict { current, .. } => Some(serde_json::json!({ "current": current })),
            _ => None,
        };
        Failure { code: problem.code().into(), message: problem.for_spells(), details }
    }
}

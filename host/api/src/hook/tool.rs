//! What hooks on tools get beside the data.
//!
//! The data of `tool:before_execution` and `tool:validation` are the call's arguments, that of `tool:after_execution` is
//! its result, that of `tool:error` [`Failed`](super::Failed), that of `tool:before_discovery` a
//! [`Filter`](crate::tool::Filter), that of `tool:after_discovery` a list of [`Tool`](crate::tool::Tool)s.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;

/// The further fields of `tool:after_execution`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AfterExecutionContext<'a> {
    /// The arguments.
    pub input: &'a Value,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// The further fields of `tool:error`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorContext<'a> {
    /// The arguments.
    pub input: &'a Value,
    /// Why the call failed.
    pub error: &'a Failure,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// The further fields of `tool:validation`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ValidationContext<'a> {
    /// Whether the arguments fit the tool's parameters.
    pub valid: bool,
    /// What is wrong with them; null if nothing is.
    pub error: Option<&'a Failure>,
}

//! What hooks on agents get: the data of each stage, and its further fields.
//!
//! The data of `agent:before_init` and `agent:after_init` is a [`Description`](crate::agent::Description), that of
//! `agent:after_execution` a [`Reply`](crate::agent::Reply), that of `agent:error` [`Failed`](super::Failed); at
//! `agent:before_shutdown` and `agent:after_shutdown` it is empty.

use schemars::JsonSchema;
use serde::Serialize;

use crate::Failure;
use crate::agent::{Settings, Usage};

/// The data of `agent:before_execution`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BeforeExecution<'a> {
    /// The text of the prompt.
    pub prompt: &'a str,
    /// "provider/model".
    pub model: &'a str,
    /// The instructions; null if there are none.
    pub system: Option<&'a str>,
    /// Names of tools that the model may call; null if nothing says which.
    pub tools: Option<&'a [String]>,
    /// How the model is to answer.
    pub settings: Settings,
}

/// The further fields of `agent:before_execution`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BeforeExecutionContext<'a> {
    /// The text of the prompt.
    pub input: &'a str,
    /// "provider/model".
    pub model: &'a str,
}

/// The further fields of `agent:after_execution`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AfterExecutionContext<'a> {
    /// The text of the prompt.
    pub input: &'a str,
    /// The text of the answer.
    pub result: &'a str,
    /// Of the run until now, in milliseconds.
    pub duration_ms: u64,
    /// Of the run until now.
    pub usage: Usage,
    /// "provider/model".
    pub model: &'a str,
}

/// The further fields of `agent:error`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorContext<'a> {
    /// The text of the prompt.
    pub input: &'a str,
    /// Why the run failed.
    pub error: &'a Failure,
    /// Of the run until now, in milliseconds.
    pub duration_ms: u64,
}

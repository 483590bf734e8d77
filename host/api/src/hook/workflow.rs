//! What hooks on workflows get beside the data.
//!
//! The data of `workflow:before_start` is the workflow's input, that of `workflow:before_step` the step's (a prompt, a
//! tool's arguments, a request, a function's [`Context`](crate::workflow::Context), a workflow's input), that of
//! `workflow:after_step` the step's output, that of `workflow:after_complete` the workflow's, that
//! of `workflow:checkpoint` null, that of `workflow:stage_transition` the output so far, that of `workflow:error`
//! [`Failed`](super::Failed).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;

/// The further fields of `workflow:before_start`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StartContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// How its steps follow each other.
    pub pattern: &'a str,
}

/// The further fields of `workflow:before_step`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BeforeStepContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The step's name.
    pub step: &'a str,
    /// "agent", "tool", "llm", "function" or "workflow".
    pub kind: &'a str,
    /// From 1.
    pub attempt: u64,
}

/// The further fields of `workflow:after_step`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AfterStepContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The step's name.
    pub step: &'a str,
    /// "agent", "tool", "llm", "function" or "workflow".
    pub kind: &'a str,
    /// What it was given.
    pub input: &'a Value,
    /// Of this attempt, in milliseconds.
    pub duration_ms: u64,
    /// How often it was tried until now.
    pub attempts: u64,
}

/// The further fields of `workflow:stage_transition`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TransitionContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The name of the step that is over.
    pub from: &'a str,
    /// The name of the step that comes now.
    pub to: &'a str,
}

/// The further fields of `workflow:checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckpointContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The checkpoint's id.
    pub checkpoint: &'a str,
    /// The name of the step that begins.
    pub step: &'a str,
    /// From 1.
    pub attempt: u64,
}

/// The further fields of `workflow:error`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The step that failed; null where the workflow itself did.
    pub step: Option<&'a str>,
    /// Why it failed.
    pub error: &'a Failure,
    /// All attempts, in milliseconds.
    pub duration_ms: u64,
    /// How often it was tried.
    pub attempts: u64,
}

/// The further fields of `workflow:after_complete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CompleteContext<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// Whether every step that had to go well did.
    pub success: bool,
}

//! The data of the events that the host emits about workflows.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;

/// What an event about a workflow is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct About<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The workflow's name.
    pub workflow: &'a str,
}

/// The data of the event `workflow.<name>.started`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StartedEvent<'a> {
    /// Which execution of which workflow.
    #[serde(flatten)]
    pub about: About<'a>,
    /// What it was executed with.
    pub input: &'a Value,
}

/// The data of the event `workflow.<name>.completed`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CompletedEvent<'a> {
    /// Which execution of which workflow.
    #[serde(flatten)]
    pub about: About<'a>,
    /// What came of it.
    pub output: &'a Value,
    /// Whether every step that had to go well did.
    pub success: bool,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// The data of the event `workflow.<name>.failed`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FailedEvent<'a> {
    /// Which execution of which workflow.
    #[serde(flatten)]
    pub about: About<'a>,
    /// Why it failed, without details.
    pub error: &'a Failure,
    /// Milliseconds.
    pub duration_ms: u64,
}

/// The data of the event `workflow.<name>.step_completed`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepCompletedEvent<'a> {
    /// Which execution of which workflow.
    #[serde(flatten)]
    pub about: About<'a>,
    /// The step's name.
    pub step: &'a str,
    /// What came of it.
    pub output: &'a Value,
    /// Milliseconds.
    pub duration_ms: u64,
    /// How often it was tried.
    pub attempts: u64,
}

/// The data of the event `workflow.<name>.step_failed`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StepFailedEvent<'a> {
    /// Which execution of which workflow.
    #[serde(flatten)]
    pub about: About<'a>,
    /// The step's name.
    pub step: &'a str,
    /// Why it failed.
    pub error: &'a Failure,
    /// Milliseconds.
    pub duration_ms: u64,
    /// How often it was tried.
    pub attempts: u64,
}

//! The JSON of the interface `workflow`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::agent::Usage;

mod checkpoint;
mod definition;
mod event;

pub use checkpoint::{
    Ask, AskedRun, Done, Entry, ExecuteOptions, Iterated, Keeps, Record, RecordedRun, RecordedRuns, RecordedStatus,
    RecordedStep, RecordedStepStatus, SpellFile, SpellManifest, Totals,
};

pub use definition::{
    AgentReference, Branch, Breaker, Condition, Definition, Function, GoTo, Merge, OnError, Pattern, Range, Retry, Step,
};
pub use event::{About, CompletedEvent, FailedEvent, StartedEvent, StepCompletedEvent, StepFailedEvent};

/// What became of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Whether every step that had to go well did.
    pub success: bool,
    /// How it ended.
    pub status: Status,
    /// The output as a text: a text as it is, null as nothing, anything else as JSON.
    pub text: String,
    /// The output of the last step, or what the branches' outputs were merged to.
    pub output: Value,
    /// The outputs of steps by their names.
    pub outputs: Map<String, Value>,
    /// What became of steps, by their names: each a [`StepOutcome`].
    pub steps: Map<String, Value>,
    /// Counts, and what only some patterns have.
    pub data: Data,
    /// Why it failed, or what failed first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// Of all models that were called.
    pub usage: Usage,
    /// What was worked on it, over all runs, in milliseconds.
    pub duration_ms: u64,
    /// "execution-" and a number.
    pub execution_id: String,
}

/// How an execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not yet.
    Running,
    /// Well.
    Completed,
    /// To its end, with steps that failed.
    PartiallyCompleted,
    /// It was stopped by a failure.
    Failed,
    /// It waits to be resumed.
    Paused,
    /// It was stopped.
    Cancelled,
}

impl Status {
    /// The word that it is written as.
    pub fn word(self) -> &'static str {
        match self {
            Status::Running => "running",
            Status::Completed => "completed",
            Status::PartiallyCompleted => "partially_completed",
            Status::Failed => "failed",
            Status::Paused => "paused",
            Status::Cancelled => "cancelled",
        }
    }
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepOutcome {
    /// How it ended.
    pub status: StepStatus,
    /// What came of it; null if nothing did.
    pub output: Value,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// All attempts and the waits between them, in milliseconds.
    pub duration_ms: u64,
    /// How often it was tried.
    pub attempts: u64,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Well.
    Completed,
    /// With a failure.
    Failed,
    /// It did not begin.
    Skipped,
}

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// That of the failure.
    pub code: String,
    /// That of the failure.
    pub message: String,
    /// The step that failed; absent in a step's own outcome, and where no step did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// Counts of an execution, and what only some patterns have.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Data {
    /// Steps that began, those of all iterations and of workflows within it included.
    pub steps_executed: u64,
    /// The same as the output.
    pub final_output: Value,
    /// Of a loop: iterations that came to their end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_iterations: Option<u64>,
    /// Of parallel branches: how many went well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successful_branches: Option<u64>,
    /// Of parallel and conditional branches: how many were begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executed_branches: Option<u64>,
    /// Of a loop: the outputs of its iterations, as `aggregation` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iteration_outputs: Option<Vec<Value>>,
    /// Of a loop that a `break` ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_message: Option<String>,
}

/// What a function of the spell gets.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Context<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The workflow's name.
    pub workflow: &'a str,
    /// The number of the workflow that it is called in: 0 is the one that was executed. `look` takes it.
    pub scope: u64,
    /// The step's name; null in conditions of branches and loops.
    pub step: Option<&'a str>,
    /// What the workflow was executed with.
    pub input: &'a Value,
    /// The output of the step before, or the input.
    pub previous: &'a Value,
    /// Within a loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iteration: Option<Iteration<'a>>,
    /// Of a handler of a step's failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'a Problem>,
}

/// Where a loop is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Iteration<'a> {
    /// From 0.
    pub index: u64,
    /// The number of the range, the item of the collection, or the index.
    pub value: &'a Value,
    /// Of all; absent in a `while` loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// The result of `validate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Validation {
    /// Whether there are no errors.
    pub valid: bool,
    /// What `create` would refuse.
    pub errors: Vec<Remark>,
    /// What may not be meant so.
    pub warnings: Vec<Remark>,
    /// Names of a dag's steps, in the order in which they could begin.
    pub order: Vec<String>,
}

/// A remark on a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// Where, such as "steps[2].tool".
    pub path: String,
    /// What is wrong.
    pub message: String,
}

/// The details of the failure of a `while` loop that came to its bound, code "budget".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaxIterations {
    /// That bound.
    pub max_iterations: u64,
}

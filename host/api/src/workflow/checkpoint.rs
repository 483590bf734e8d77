//! What a checkpoint of a workflow holds in the store, and what is told of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Problem, Status, StepStatus};
use crate::agent::Usage;

/// The options of `execute`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExecuteOptions {
    /// Under this id it is kept how far it is: letters, digits, `.`, `_` and `-`, at most 128 of them.
    pub checkpoint: Option<String>,
    /// Whether the checkpoint has to be there; then the input is the one that it was begun with.
    pub resume: Option<bool>,
}

/// One item of a checkpoint's stream: what was written at once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// In the order in which it came about.
    pub records: Vec<Record>,
    /// As they are with these records.
    pub totals: Totals,
}

/// Sums over all runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Of all models that were called.
    pub usage: Usage,
    /// Steps that began.
    pub steps_executed: u64,
    /// The time that was worked on it.
    pub duration_ms: u64,
}

/// Something that came about. Places of steps are "/2" (from 0, in the order of the definition), "/5.2" (in the loop's
/// iteration 5), "/2/0" (the first step of the workflow that step 2 is).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// The first of all: what is executed.
    Started {
        /// Without the numbers of its functions.
        definition: Value,
        /// What it was executed with.
        input: Value,
        /// The shared state at the beginning.
        state: Map<String, Value>,
        /// What runs it again; absent where the spell is no file.
        #[serde(skip_serializing_if = "Option::is_none")]
        spell: Option<Box<SpellFile>>,
    },
    /// A run takes it up.
    Run,
    /// A workflow begins, with this input.
    Scope {
        /// The place of the step that it is; "" for the outermost.
        place: String,
        /// What its hooks made of it.
        input: Value,
    },
    /// The list that a loop goes through.
    Items {
        /// Of the loop's workflow.
        place: String,
        /// As its reference led to it.
        items: Vec<Value>,
    },
    /// Whether a branch's condition holds.
    Branch {
        /// Of the branches' workflow.
        place: String,
        /// From 0.
        branch: u64,
        /// Whether it does.
        holds: bool,
    },
    /// An attempt at a step begins.
    Begun {
        /// Of the step.
        place: String,
        /// Its name in its workflow.
        step: String,
        /// From 1, over all runs.
        attempt: u64,
        /// Whether what lies within the step begins anew.
        anew: bool,
    },
    /// A step is over.
    Done(Box<Done>),
    /// An iteration of a loop is over.
    Turn(Box<Iterated>),
    /// These keys of the shared state were set.
    State(Map<String, Value>),
    /// Nothing goes on in this run.
    Ended {
        /// How.
        status: Status,
        /// What it came to.
        output: Value,
        /// Why it failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<Problem>,
    },
    /// Somebody else asks the run that has it for this.
    Asked(Ask),
}

/// What can be asked of an execution from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// To stop before the next step.
    Pause,
    /// To stop for good.
    Cancel,
}

/// A step that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// Of the step.
    pub place: String,
    /// Its name in its workflow.
    pub step: String,
    /// How it ended.
    pub status: StepStatus,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// Of this run.
    pub duration_ms: u64,
    /// Over all runs.
    pub attempts: u64,
    /// Of the models that it asked, in this run.
    pub usage: Usage,
}

/// An iteration that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Iterated {
    /// Of the loop's workflow.
    pub place: String,
    /// From 0.
    pub index: u64,
    /// What came of it.
    pub output: Value,
    /// Whether the result has that output.
    pub keeps: Keeps,
    /// Where a condition ended the loop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_message: Option<String>,
    /// What failed first so far, where the steps went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// Whether any step has gone well so far.
    pub any_completed: bool,
}

/// Which outputs of iterations a loop keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeps {
    /// All.
    All,
    /// So many of the first.
    First(u64),
    /// So many of the last.
    Last(u64),
    /// None.
    None,
}

/// The file that a spell was run from, and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpellFile {
    /// Absolute.
    pub path: String,
    /// The SHA-256 of its text.
    pub hash: String,
    /// Its language.
    pub language: String,
    /// The spell's `params`.
    pub parameters: Map<String, Value>,
    /// The spell's `arg`.
    pub arguments: Vec<String>,
    /// What describes it, where the spell is a folder: what it asks for holds again when it is resumed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<SpellManifest>,
}

/// The manifest of a spell that is a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpellManifest {
    /// The spell's folder. Absolute.
    pub folder: String,
    /// The SHA-256 of the manifest's text.
    pub hash: String,
}

/// What is recorded of one execution: what `workflow show ID --output json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedRun {
    /// The id of its checkpoint.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// The workflow's name.
    pub workflow: String,
    /// How its steps follow each other.
    pub pattern: String,
    /// How it is; "interrupted" where a run took it up that is no more.
    pub status: RecordedStatus,
    /// The run that has it now.
    pub holder: Option<String>,
    /// The file of the spell that runs it.
    pub spell: Option<String>,
    /// When it was begun, in milliseconds since 1970, by the store's clock.
    pub started_at: u64,
    /// When something was written last.
    pub changed_at: u64,
    /// How many runs have worked on it.
    pub runs: u64,
    /// Steps that began, those of all iterations included.
    pub steps_executed: u64,
    /// The time that was worked on it.
    pub duration_ms: u64,
    /// Of all models that were called.
    pub usage: Usage,
    /// Why it failed.
    pub error: Option<Problem>,
    /// Its steps as they began, and those of the outermost workflow that have not. Of a loop, those of the last iterations.
    pub steps: Vec<RecordedStep>,
}

/// How a recorded execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordedStatus {
    /// A run is at work on it.
    Running,
    /// A run was at work on it, and is no more.
    Interrupted,
    /// It waits to be resumed.
    Paused,
    /// Well.
    Completed,
    /// To its end, with steps that failed.
    PartiallyCompleted,
    /// It was stopped by a failure; resumed, it goes on with the step that failed.
    Failed,
    /// It was stopped for good.
    Cancelled,
}

/// What is recorded of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedStep {
    /// "/2" (from 0, in the order of the definition), "/5.2" (in the loop's iteration 5), "/2/0" (the first step of the
    /// workflow that step 2 is).
    pub place: String,
    /// Its name in its workflow.
    pub step: String,
    /// How it is.
    pub status: RecordedStepStatus,
    /// How often it was tried, over all runs.
    pub attempts: u64,
    /// When the last attempt began, in milliseconds since 1970.
    pub started_at: Option<u64>,
    /// When it was over.
    pub ended_at: Option<u64>,
    /// Of the run that ended it.
    pub duration_ms: Option<u64>,
    /// Of the models that it asked, in that run.
    pub usage: Usage,
    /// Why it failed.
    pub error: Option<Problem>,
}

/// How a recorded step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordedStepStatus {
    /// It has not begun.
    Pending,
    /// It began, and its end is not recorded: it is at work, or may have run.
    Begun,
    /// Well.
    Completed,
    /// With a failure.
    Failed,
    /// It did not begin, and will not.
    Skipped,
}

/// What `workflow list --output json` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedRuns {
    /// Whose they are.
    pub tenant: String,
    /// By their ids.
    pub runs: Vec<RecordedRun>,
}

/// What `workflow pause`, `cancel` and `delete` print with `--output json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskedRun {
    /// The id of its checkpoint.
    pub id: String,
    /// The run that is at work on it and was asked; null where it is done.
    pub asked: Option<String>,
}

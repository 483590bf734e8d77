//! An agent as a spell may look at it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::{GenerationOptions, HistoryBounds};
use super::reply::Usage;
use super::request::KnowledgeSource;
use super::request::MemoryPlace;

/// How an agent is, and what its runs used so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    /// What it is doing.
    pub state: AgentState,
    /// Runs that are in progress.
    pub running: u64,
    /// Runs that were begun.
    pub runs: u64,
    /// Runs that gave an answer.
    pub completed: u64,
    /// Runs that failed.
    pub failed: u64,
    /// How often models were called.
    pub turns: u64,
    /// How often tools were called.
    pub tool_calls: u64,
    /// Of all runs together.
    pub usage: Usage,
    /// Of all runs together.
    pub duration_ms: u64,
    /// How long its history is.
    pub history: HistorySize,
    /// The last 32.
    pub states: Vec<StateChange>,
    /// Absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
}

/// What an agent is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Hooks are asked whether it may begin.
    Initializing,
    /// It waits for a run.
    Ready,
    /// A run is in progress.
    Running,
    /// It refuses runs until it is resumed.
    Paused,
    /// The last run failed; it can be run again.
    Error,
    /// It is shut down.
    Terminated,
}

/// How long an agent's history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistorySize {
    /// Messages of the user.
    pub turns: usize,
    /// Messages of all roles.
    pub messages: usize,
    /// Estimated.
    pub tokens: usize,
}

/// When an agent came into a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateChange {
    /// The new state.
    pub state: AgentState,
    /// Since the run of the spell began.
    pub elapsed_ms: u64,
}

/// Why an agent is in the state "error", or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastError {
    /// The failure's code.
    pub code: String,
    /// The failure's message.
    pub message: String,
}

/// An agent's definition, with what the host filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Description {
    /// The agent's name.
    pub name: String,
    /// What the agent is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// "provider/model".
    pub model: String,
    /// The instructions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// No run sees or adds to the history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stateless: Option<bool>,
    /// Where what is said is kept beyond the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<MemoryPlace>,
    /// How much of its history it keeps.
    pub history: HistoryBounds,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub options: GenerationOptions,
    /// What is looked up before each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge: Option<Vec<KnowledgeSource>>,
    /// Absent where hooks see the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

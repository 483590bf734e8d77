//! The data of the events that tell of an agent's runs.

use schemars::JsonSchema;
use serde::Serialize;

use super::reply::Usage;
use crate::Failure;

/// The agent that an event tells of: the last fields of its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgentName<'a> {
    /// The agent's name.
    pub agent: &'a str,
    /// The same.
    pub agent_id: &'a str,
}

/// The data of the event `agent.started`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StartedEvent<'a> {
    /// The text of the prompt.
    pub input: &'a str,
    /// "provider/model".
    pub model: &'a str,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AgentName<'a>,
}

/// The data of the event `agent.completed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CompletedEvent<'a> {
    /// The answer.
    pub text: &'a str,
    /// Of the whole run, in milliseconds.
    pub duration_ms: u64,
    /// Of the whole run.
    pub usage: Usage,
    /// How many tools were called.
    pub tool_calls: usize,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AgentName<'a>,
}

/// The data of the event `agent.redirected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RedirectedEvent<'a> {
    /// The name of the agent or the model that does it.
    pub target: &'a str,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AgentName<'a>,
}

/// The data of the events `agent.failed` and `agent.error`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FailedEvent<'a> {
    /// Why it failed.
    pub error: &'a Failure,
    /// Of the whole run, in milliseconds.
    pub duration_ms: u64,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AgentName<'a>,
}

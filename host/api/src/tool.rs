//! The JSON of the interface `tool`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Failure;

/// A tool that the spell may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// What it is called by.
    pub name: String,
    /// What models choose by.
    pub description: String,
    /// The JSON Schema of an object.
    pub parameters: Value,
    /// Its author's own; null if it has none.
    pub category: Option<String>,
    /// Its author's own labels.
    pub tags: Vec<String>,
    /// The names of the parameters in the order in which they are given without names.
    pub positional: Vec<String>,
    /// Whose it is.
    pub source: Source,
}

/// Whose a tool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Defined by the spell.
    Spell,
    /// Offered by the host program.
    Host,
    /// Offered by a server of the Model Context Protocol.
    Mcp,
}

/// The result of a call that a hook left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// The hook's reason.
    pub skipped: String,
}

/// The data of the event `tool.started`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StartedEvent<'a> {
    /// What it was called with.
    pub arguments: &'a Value,
    /// The tool's name.
    pub tool: &'a str,
}

/// The data of the event `tool.completed`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CompletedEvent<'a> {
    /// What it answered.
    pub result: &'a Value,
    /// Milliseconds.
    pub duration_ms: u64,
    /// The tool's name.
    pub tool: &'a str,
}

/// The data of the events `tool.failed` and `tool.error`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FailedEvent<'a> {
    /// Why the call failed.
    pub error: &'a Failure,
    /// Milliseconds.
    pub duration_ms: u64,
    /// The tool's name.
    pub tool: &'a str,
}

/// The definition that `define` and `check` take.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Definition {
    /// What it is called by.
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,64}$"))]
    pub name: String,
    /// At most 16 KiB: what models choose by.
    pub description: Option<String>,
    /// The JSON Schema of an object; any object if absent.
    pub parameters: Option<Value>,
    /// The names of the parameters in the order in which they are given without names.
    pub positional: Option<Vec<String>>,
    /// For `discover`.
    pub category: Option<String>,
    /// For `discover`.
    #[schemars(length(max = 32))]
    pub tags: Option<Vec<String>>,
    /// Whether a call of it may begin before another has ended.
    pub parallel: Option<bool>,
    /// How long a call may take, if that is less than the limit for all handlers.
    #[schemars(range(min = 1, max = 86_400_000))]
    pub timeout_ms: Option<u64>,
}

/// The filter that `discover` takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Filter {
    /// Exactly this one.
    pub category: Option<String>,
    /// One of its tags.
    pub tag: Option<String>,
    /// Searched for in names and descriptions.
    pub text: Option<String>,
}

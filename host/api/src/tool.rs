//! The JSON of the interface `tool`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A tool that the spell may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    pub name: String,
    /// What models choose by.
    pub description: String,
    /// The JSON Schema of an object.
    pub parameters: Value,
    pub category: Option<String>,
    pub tags: Vec<String>,
    /// The names of the parameters in the order in which they are given without names.
    pub positional: Vec<String>,
    pub source: Source,
}

/// Whose a tool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Spell,
    Host,
}

/// The definition that `define` and `check` take.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Definition {
    #[schemars(regex(pattern = "^[a-zA-Z0-9_-]{1,64}$"))]
    pub name: String,
    /// At most 16 KiB: what models choose by.
    pub description: Option<String>,
    /// The JSON Schema of an object; any object if absent.
    pub parameters: Option<Value>,
    /// The names of the parameters in the order in which they are given without names.
    pub positional: Option<Vec<String>>,
    pub category: Option<String>,
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
    pub category: Option<String>,
    pub tag: Option<String>,
    /// Searched for in names and descriptions.
    pub text: Option<String>,
}

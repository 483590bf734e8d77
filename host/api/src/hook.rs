//! The JSON of the interface `hook`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Failure;

/// A hook, as `list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hook {
    pub id: u64,
    pub name: String,
    pub point: String,
    pub language: String,
    pub priority: Priority,
    pub enabled: bool,
    pub fail_closed: bool,
    pub tags: Vec<String>,
    pub description: Option<String>,
    pub version: Option<String>,
    pub runs: u64,
    pub errors: u64,
}

/// The higher is called first: a word, or a number from -1000 to 1000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Priority {
    Word(PriorityWord),
    Number(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriorityWord {
    /// 1000.
    Highest,
    /// 500.
    High,
    /// 0.
    Normal,
    /// -500.
    Low,
    /// -1000.
    Lowest,
}

impl PriorityWord {
    pub fn word(self) -> &'static str {
        match self {
            PriorityWord::Highest => "highest",
            PriorityWord::High => "high",
            PriorityWord::Normal => "normal",
            PriorityWord::Low => "low",
            PriorityWord::Lowest => "lowest",
        }
    }
}

/// The result of `execute`: the combined outcome, and what each hook returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Execution {
    #[serde(flatten)]
    pub verdict: Verdict,
    pub results: Vec<HookResult>,
}

/// What the hooks of a point want, all in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Verdict {
    Continue {
        data: Value,
    },
    Skipped {
        reason: String,
    },
    Cancel {
        reason: String,
        /// Of the failure: "cancelled", or "denied" if a hook that fails closed had an error.
        code: String,
    },
    Replace {
        data: Value,
    },
    Redirect {
        target: String,
        data: Value,
    },
    Retry {
        delay_ms: u64,
        max_attempts: u32,
    },
}

/// What one hook returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HookResult {
    pub id: u64,
    pub name: String,
    /// "continue", "modified", "skipped", "cancel", "replace", "redirect", "retry" or "error".
    pub action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// What a hook gets: these fields, and those of its point, such as `duration_ms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// "family:moment".
    pub point: String,
    pub component_id: Component,
    pub correlation_id: String,
    pub language: String,
    pub metadata: Map<String, Value>,
    pub data: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    #[serde(flatten)]
    #[schemars(with = "Map<String, Value>")]
    pub more: BTreeMap<String, Value>,
}

/// What a hook is called about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// "agent", "tool", "model", ...
    pub r#type: String,
    pub name: String,
}

/// What a hook may return as an object. `action` may be written for `type`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// Go on.
    Continue {},
    /// Go on with this data.
    Modified { data: Value },
    /// Leave it out.
    Skipped { reason: Option<String> },
    /// Fail with code "cancelled".
    Cancel { reason: Option<String> },
    /// Do not do it: use this as the result.
    Replace { data: Value },
    /// Use another target.
    Redirect { target: String },
    /// Wait, and start over, hooks included.
    Retry {
        #[schemars(range(max = 600_000))]
        delay_ms: Option<u64>,
        /// 3 if absent.
        #[schemars(range(min = 1, max = 100))]
        max_attempts: Option<u32>,
    },
}

/// The options of `register`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct RegisterOptions {
    pub priority: Option<Priority>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub version: Option<String>,
    #[schemars(length(max = 16))]
    pub tags: Option<Vec<String>>,
    /// An error in the hook fails the work that it was called for, code "denied".
    pub fail_closed: Option<bool>,
}

/// The filter of `list`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct Filter {
    /// Also a pattern: matches hooks that share a point with it.
    pub point: Option<String>,
    pub language: Option<String>,
    pub priority: Option<Priority>,
    pub tag: Option<String>,
    pub id: Option<u64>,
}

//! The JSON of the interface `hook`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Failure;

pub mod agent;
pub mod event;
pub mod model;
pub mod state;
pub mod tool;
pub mod workflow;

/// A hook, as `list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hook {
    /// As `register` returned it.
    pub id: u64,
    /// Its own, or "hook-" and its number.
    pub name: String,
    /// A point or a pattern of points, in canonical words.
    pub point: String,
    /// Of the run's spell.
    pub language: String,
    /// The higher is called first.
    pub priority: Priority,
    /// Whether it is called.
    pub enabled: bool,
    /// Whether an error in it fails the work that it was called for.
    pub fail_closed: bool,
    /// Its own labels.
    pub tags: Vec<String>,
    /// What it is for; null if it does not say.
    pub description: Option<String>,
    /// Its own version; null if it does not say.
    pub version: Option<String>,
    /// How often it was called.
    pub runs: u64,
    /// How often it failed.
    pub errors: u64,
}

/// The higher is called first: a word, or a number from -1000 to 1000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Priority {
    /// One of five words.
    Word(PriorityWord),
    /// From -1000 to 1000.
    Number(i64),
}

/// A priority in a word.
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
    /// As it stands in JSON, such as "highest".
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
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// In the order in which the hooks were called.
    pub results: Vec<HookResult>,
}

/// What the hooks of a point want, all in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Verdict {
    /// Go on.
    Continue {
        /// The data as the hooks left it.
        data: Value,
    },
    /// Leave it out.
    Skipped {
        /// A hook's reason.
        reason: String,
    },
    /// Fail.
    Cancel {
        /// A hook's reason: the failure's message.
        reason: String,
        /// Of the failure: "cancelled", or "denied" if a hook that fails closed had an error.
        code: String,
    },
    /// Do not do it.
    Replace {
        /// What to use as the result.
        data: Value,
    },
    /// Use another target.
    Redirect {
        /// Its name.
        target: String,
        /// The data as the hooks left it.
        data: Value,
    },
    /// Start over, hooks included.
    Retry {
        /// The wait before that, in milliseconds.
        delay_ms: u64,
        /// Attempts in all, the first included.
        max_attempts: u32,
    },
}

/// What one hook returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HookResult {
    /// The hook's.
    pub id: u64,
    /// The hook's.
    pub name: String,
    /// "continue", "modified", "skipped", "cancel", "replace", "redirect", "retry" or "error".
    pub action: String,
    /// What it made of the data, or the result that it gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Why it skips or cancels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where it redirects to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
}

/// What a hook gets: what each one gets, the fields of its stage, and the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub origin: Origin,
    /// How long the work took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Further fields of the stage, such as those of [`model::AfterCallContext`].
    #[serde(flatten)]
    #[schemars(with = "Map<String, Value>")]
    pub more: BTreeMap<String, Value>,
    /// What the hook may change, such as [`model::AfterCall`].
    pub data: Value,
}

/// Where a hook is called, and about what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// "family:moment".
    pub point: String,
    /// What the hook is called about.
    pub component_id: Component,
    /// "operation-" and the operation's number.
    pub correlation_id: String,
    /// Of the run's spell.
    pub language: String,
    /// Empty.
    pub metadata: Map<String, Value>,
    /// The agent's name, at points of agents and, for an agent's model, of models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<String>,
    /// The tool's name, at points of tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_name: Option<String>,
    /// "provider/model", at points of models and of an agent's runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// The data of a stage that something failed at: of `agent:error`, `model:error`, `tool:error` and `state:conflict`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Failed<'a> {
    /// Why it failed.
    pub error: &'a Failure,
}

/// The data of the event `hook.error`, and of `event:handler_error` for a hook that failed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorEvent<'a> {
    /// The hook's id.
    pub hook: u64,
    /// The hook's name.
    pub name: &'a str,
    /// Where it was called: "family:moment".
    pub point: &'a str,
    /// Why it failed.
    pub error: &'a Failure,
}

/// What a hook is called about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// "agent", "tool", "model", ...
    pub r#type: String,
    /// The agent's, the tool's, the model's, ..., or "".
    pub name: String,
}

/// What a hook may return as an object. `action` may be written for `type`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// Go on.
    Continue {},
    /// Go on with this data.
    Modified {
        /// The new data.
        data: Value,
    },
    /// Leave it out.
    Skipped {
        /// Why.
        reason: Option<String>,
    },
    /// Fail with code "cancelled".
    Cancel {
        /// The failure's message.
        reason: Option<String>,
    },
    /// Do not do it: use this as the result.
    Replace {
        /// The result.
        data: Value,
    },
    /// Use another target.
    Redirect {
        /// Its name.
        target: String,
    },
    /// Wait, and start over, hooks included.
    Retry {
        /// The wait before that, in milliseconds; none if absent.
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
    /// The higher is called first; "normal" if absent.
    pub priority: Option<Priority>,
    /// For lists and messages; "hook-" and its number if absent.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its own version.
    pub version: Option<String>,
    /// Its own labels.
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
    /// Of the spell.
    pub language: Option<String>,
    /// Exactly this one.
    pub priority: Option<Priority>,
    /// One of its tags.
    pub tag: Option<String>,
    /// Of one hook.
    pub id: Option<u64>,
}

//! What hooks on models get: the data of each stage, and its further fields. The data of `model:error` is
//! [`Failed`](super::Failed).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;
use crate::agent::{Message, Settings, ToolCall, ToolCallRef, Usage};

/// The data of `model:before_call`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BeforeCall<'a> {
    /// "provider/model".
    pub model: &'a str,
    /// The conversation, instructions included.
    #[schemars(with = "Vec<Message>")]
    pub messages: Value,
    /// How the model is to answer.
    pub settings: Settings,
    /// Names of tools that it may call.
    pub tools: &'a [String],
}

/// The further fields of `model:before_call`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BeforeCallContext<'a> {
    /// Of the run, from 1.
    pub turn: usize,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AskingAgent<'a>,
}

/// The data of `model:after_call`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AfterCall<'a> {
    /// What the model answered.
    pub text: &'a str,
    /// What it showed of its thoughts.
    pub reasoning: &'a str,
    /// Calls that it makes.
    #[schemars(with = "Vec<ToolCall>")]
    pub tool_calls: Vec<ToolCallRef<'a>>,
    /// "stop", "length", "tool_calls", "content_filter", the provider's own word, or null.
    pub finish_reason: Option<&'a str>,
    /// Of this turn.
    pub usage: Usage,
}

/// The further fields of `model:after_call`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AfterCallContext<'a> {
    /// Of the run, from 1.
    pub turn: usize,
    /// What the model answered.
    pub result: &'a str,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AskingAgent<'a>,
}

/// The further fields of `model:error`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ErrorContext<'a> {
    /// Of the run, from 1.
    pub turn: usize,
    /// Why the call failed.
    pub error: &'a Failure,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub agent: AskingAgent<'a>,
}

/// The agent for which a model is called; without fields for a single request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AskingAgent<'a> {
    /// The agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<&'a str>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<&'a str>,
}

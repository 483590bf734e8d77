//! Answers that the journal shows otherwise than the guest gets them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::agent::{Description, ToolCall, ToolCallRef, Usage};

/// The answer of a call that starts work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StartedOutcome {
    /// The operation's number, from 1.
    pub operation: u64,
}

/// The answer of `operation.step`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepOutcome {
    /// Its field stands among the others.
    #[serde(flatten)]
    pub step: Step,
    /// The number of the operation whose step it is.
    pub operation: u64,
}

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A piece of a streamed result.
    Chunk(Value),
    /// A kind of step that the guest may not know.
    Other(Value),
    /// A function of the spell is called.
    Call(FunctionCall),
    /// The last step: the result.
    Done(Value),
    /// The last step: why there is no result.
    Failed(StepFailure),
}

/// A call of a function of the spell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionCall {
    /// By which the call is answered.
    pub id: u64,
    /// The function's number.
    pub handler: u64,
    /// What the function gets.
    pub arguments: Value,
}

/// A failure without its details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StepFailure {
    /// The failure's code.
    pub code: String,
    /// The failure's message.
    pub message: String,
}

/// The answer of `agent.create`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgentCreateOutcome {
    /// The agent's number, from 1.
    pub agent: u64,
    /// With what was filled in.
    #[schemars(with = "Description")]
    pub definition: Value,
}

/// The answer of `model.call`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ModelCallOutcome<'a> {
    /// What the model answered.
    pub text: &'a str,
    /// Calls that it makes.
    #[schemars(with = "Vec<ToolCall>")]
    pub tool_calls: Vec<ToolCallRef<'a>>,
    /// "stop", "length", "tool_calls", "content_filter", the provider's own word, or null.
    pub finish_reason: Option<&'a str>,
    /// Of this turn.
    pub usage: Usage,
    /// The provider's id of the request; null if it gave none.
    pub request_id: Option<&'a str>,
    /// How often the provider was asked: more than once after retries.
    pub attempts: u32,
}

/// The answer of `hook.register`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HookRegisterOutcome<'a> {
    /// The hook's id, from 1.
    pub id: u64,
    /// The point or the pattern, in canonical words.
    pub point: &'a str,
}

/// The answer of `module.load`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ModuleLoadOutcome<'a> {
    /// Its name in error messages.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// The answer of `module.read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ModuleReadOutcome<'a> {
    /// The file's text.
    pub text: &'a str,
}

/// The answer of `state.get`, and an entry of that of `state.list`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StateEntry<'a> {
    /// Which key.
    pub key: &'a str,
    /// Its value; null also where only keys were asked for.
    pub value: Option<Value>,
    /// Of the value.
    pub version: u64,
    /// Milliseconds since 1970; null for a value that stays.
    pub expires_at: Option<u64>,
}

/// The answer of `state.list`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StateListOutcome<'a> {
    /// In byte order of the keys.
    pub entries: Vec<StateEntry<'a>>,
    /// Where the next page begins; null on the last one.
    pub next: Option<&'a str>,
}

/// The answer of `state.write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateWriteOutcome {
    /// The commit's number.
    pub version: u64,
}

/// The outcome of `workflow.create`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkflowCreateOutcome {
    /// Its number in order of creation, from 1.
    pub workflow: u64,
}

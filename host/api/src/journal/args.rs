//! Arguments of calls that the host makes beside the guest. Those of the guest's own calls are the parameters of the
//! functions in `wit/`, by name.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;
use crate::agent::{Description, Message, Settings};
use crate::hook::Component;
use crate::hook::state::WriteContext;

/// The arguments of `agent.run`, where a workflow makes the call.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgentRunArgs<'a> {
    /// In order of creation, from 1.
    pub agent: u64,
    /// A text, or an object with text and images.
    pub prompt: &'a Value,
    /// As the guest gives them.
    pub options: &'a Value,
}

/// The arguments of `workflow.step`: a step begins, or is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WorkflowStepArgs<'a> {
    /// "execution-" and a number.
    pub execution: &'a str,
    /// The workflow's name.
    pub workflow: &'a str,
    /// The step's name.
    pub step: &'a str,
}

/// The arguments of `agent.init`: hooks changed an agent's definition.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgentInitArgs<'a> {
    /// The agent's id.
    pub agent: &'a str,
    /// As the hooks left it.
    pub definition: Description,
}

/// The arguments of `model.call`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ModelCallArgs<'a> {
    /// "provider/model".
    pub model: &'a str,
    /// Of the run, from 1.
    pub turn: usize,
    /// How many messages the conversation has.
    pub messages: usize,
    /// The last of them.
    #[schemars(with = "Option<Message>")]
    pub last: Option<Value>,
    /// How the model is to answer.
    pub settings: Settings,
    /// Names of tools that it may call.
    pub tools: &'a [String],
}

/// The arguments of `tool.call`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ToolCallArgs<'a> {
    /// The tool's name.
    pub tool: &'a str,
    /// What it is called with, as hooks left it.
    pub arguments: &'a Value,
}

/// The arguments of `hook.fire`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct HookFireArgs<'a> {
    /// The hook's id.
    pub hook: u64,
    /// "family:moment".
    #[schemars(with = "String")]
    pub point: Option<&'a Value>,
    /// What the hook is called about.
    #[schemars(with = "Component")]
    pub component: Option<&'a Value>,
}

/// The arguments of `event.emit` for an event out of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplayedEventArgs<'a> {
    /// The recording's id.
    pub recording: u64,
    /// The event's type.
    pub r#type: &'a str,
}

/// One of the arguments of `state.write`, which are a list: a change, as hooks left it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StateWriteArg<'a> {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub change: WriteContext<'a>,
    /// The value or the number that is added; else null.
    pub data: Option<Value>,
}

/// The argument `answer` of `operation.answer`: what a function of the spell answered.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FunctionAnswer<'a> {
    /// What it returned.
    Ok(&'a Value),
    /// What it raised.
    Failure(&'a Failure),
}

//! The caller of a run: what a run asks of it while it goes on.

use async_trait::async_trait;
use serde_json::Value;

use crate::error::ModelError;
use crate::estimate::Estimate;
use crate::model_name::ModelName;
use crate::request::Request;
use crate::usage::Usage;
use llmspell_base::Failure;

/// What a run asks of its caller, and tells it. Each method may wait: the run waits with it, so that a slow listener
/// slows the provider down. An error of any of them ends the run with that failure, unchanged, and cancels what is
/// under way.
#[async_trait]
pub trait Delegate: Send + Sync {
    /// Before each request. It may rewrite the request; what it changes holds for this request only.
    async fn before(&self, _request: &mut Request) -> Result<Before, Failure> {
        Ok(Before::Ask)
    }

    /// Before each request that is made, after `before`: reserves what it may cost. It may lower `max_tokens` of the
    /// request.
    async fn promise(&self, _request: &mut Request, _estimate: Estimate<'_>) -> Result<(), Failure> {
        Ok(())
    }

    /// After each reply, also one that `before` gave. It may rewrite the turn's text, which is then what the history
    /// holds; text that was streamed is out already.
    async fn after(&self, _turn: &mut Turn) -> Result<After, Failure> {
        Ok(After::Accept)
    }

    /// After a request that failed, retries included. The error is what the run ends with, if there is no remedy.
    async fn failed(&self, _failed: &FailedTurn<'_>) -> Result<Remedy, Failure> {
        Ok(Remedy::None)
    }

    /// Does what a tool does. Only offered tools are called, and only with an object.
    async fn call(&self, call: Call) -> Result<ToolAnswer, Failure>;

    /// A piece of the answer, where the run is streamed.
    async fn text(&self, _piece: &str) -> Result<(), Failure> {
        Ok(())
    }

    /// A piece of what the model shows of its thoughts, where the run is streamed.
    async fn reasoning(&self, _piece: &str) -> Result<(), Failure> {
        Ok(())
    }

    /// A piece of the arguments of a tool's call, as the model writes them, where the run is streamed.
    async fn arguments(&self, _piece: &str) -> Result<(), Failure> {
        Ok(())
    }

    /// A tool's call begins or has ended, also one that is answered without `call`. Streamed or not.
    async fn tool(&self, _event: ToolEvent<'_>) -> Result<(), Failure> {
        Ok(())
    }
}

/// What to do with a request that is about to be made.
#[derive(Clone, Debug, PartialEq)]
pub enum Before {
    /// Send it.
    Ask,
    /// Take this as the model's answer; no model is asked.
    Replace(String),
}

/// What is done about a request that failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Remedy {
    /// The run ends with the error.
    None,
    /// Ask once more, this model or the same; `before` is called again.
    Again(Option<ModelName>),
    /// This is the model's answer.
    Replace(String),
}

/// A reply, before it becomes part of the history.
#[derive(Clone, Debug)]
pub struct Turn {
    /// From 1.
    pub number: usize,
    /// The model that answered.
    pub model: ModelName,
    /// The answer, or what is said beside tool calls. JSON text where the run has a schema.
    pub text: String,
    /// What the model showed of its thoughts.
    pub reasoning: String,
    /// The tool calls, in the model's order.
    pub calls: Vec<Call>,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    pub finish_reason: Option<String>,
    /// Of this request alone.
    pub usage: Usage,
    /// The provider's id of the request, where it gave one.
    pub request_id: Option<String>,
    /// How often the provider was asked: more than once after retries, never where `before` answered.
    pub attempts: u32,
}

/// What to do with a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum After {
    /// The reply stands.
    Accept,
    /// Tells the model what is wrong with its answer and lets it try again: one more turn. A turn that calls tools is
    /// not asked again: the results are what the model is told.
    Again(String),
}

/// A request that failed.
#[derive(Debug)]
pub struct FailedTurn<'a> {
    /// From 1.
    pub number: usize,
    /// The model that was asked.
    pub model: &'a ModelName,
    /// Why there is no reply.
    pub error: &'a ModelError,
    /// As far as it was reported before the failure.
    pub usage: &'a Usage,
}

/// A tool call that a model made.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Unique in its turn.
    pub id: String,
    /// The tool's name, which is one of the offered ones when [`Delegate::call`] is given it.
    pub name: String,
    /// An object.
    pub arguments: Value,
}

/// The result of a tool call, as the model receives it.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolAnswer {
    /// A plain text.
    Text(String),
    /// JSON, which the model reads as text.
    Json(Value),
    /// The tool failed. The run goes on.
    Error(String),
}

/// The start or end of a tool call.
#[derive(Clone, Copy, Debug)]
pub enum ToolEvent<'a> {
    /// The call begins.
    Begins(&'a Call),
    /// The call has ended.
    Ended {
        /// The call.
        call: &'a Call,
        /// Whether it was answered with a result, not an error.
        ok: bool,
    },
}

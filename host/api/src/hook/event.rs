//! What hooks on events get: the data of each stage, and its further fields.
//!
//! The data of `event:handler_error` is that of the event `event.handler_error`
//! ([`HandlerErrorEvent`](crate::event::HandlerErrorEvent)) or of `hook.error` ([`ErrorEvent`](super::ErrorEvent)).

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::event::Priority;

/// The data of `event:before_emit` and `event:after_emit`: an event, as a spell would write it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Emitted<'a> {
    /// The event's name, such as "user.login".
    pub r#type: &'a str,
    /// What happened.
    pub data: Value,
    /// How urgent it is.
    pub priority: Priority,
    /// What the event says of itself.
    pub metadata: Map<String, Value>,
    /// How long it may wait for its delivery; absent: without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<f64>,
}

/// The further fields of `event:after_emit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AfterEmitContext {
    /// The number of subscriptions that it is queued for.
    pub subscriptions: u32,
}

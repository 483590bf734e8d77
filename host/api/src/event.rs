//! The JSON of the interface `event`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Failure;

/// An event as a spell receives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// "event-" and the sequence.
    pub id: String,
    /// Its name, such as "user.login".
    pub r#type: String,
    /// What happened, as the emitter tells it.
    pub data: Value,
    /// RFC 3339.
    pub timestamp: String,
    /// Of the tenant's bus.
    pub sequence: u64,
    /// Of the emitter's spell, unless the emitter said otherwise.
    pub language: Option<String>,
    /// What the event says of itself.
    #[schemars(with = "Metadata")]
    pub metadata: Map<String, Value>,
}

/// What an event says of itself: these fields, and whatever else the emitter put there.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Metadata {
    /// "host", or what the spell said.
    pub source: String,
    /// The higher is delivered first.
    pub priority: Priority,
    /// What belongs together; of the host's own events "operation-" and the operation's number.
    pub correlation_id: Option<String>,
    /// For whom it is meant.
    pub target: Option<String>,
    /// The emitter's own labels.
    pub tags: Option<Vec<String>>,
    /// Seconds.
    pub ttl: Option<f64>,
    /// True for an event out of a recording.
    pub replayed: Option<bool>,
    /// Fields of the emitter's own.
    #[serde(flatten)]
    #[schemars(with = "Map<String, Value>")]
    pub more: BTreeMap<String, Value>,
}

/// How urgent an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Dropped first from a full queue.
    Low,
    /// What an event has that says nothing.
    Normal,
    /// Delivered before most.
    High,
    /// Delivered first, dropped last.
    Critical,
}

/// A subscription of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    /// As `subscribe` returned it.
    pub id: u64,
    /// Of the types of events.
    pub pattern: String,
    /// Of the run's spell.
    pub language: String,
    /// Whether it has one.
    pub handler: bool,
    /// Events of less are not delivered.
    pub min_priority: Priority,
    /// Events that wait.
    pub queued: usize,
    /// Events that found the queue full.
    pub dropped: u64,
    /// Events whose time was over before they were delivered.
    pub expired: u64,
}

/// The counts of the run's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stats {
    /// Events that the run emitted, the host's own included.
    pub emitted: u64,
    /// Events that were handed to the spell.
    pub delivered: u64,
    /// Events that found a queue full.
    pub dropped: u64,
    /// Events whose time was over before they were delivered.
    pub expired: u64,
    /// How often a handler failed.
    pub handler_errors: u64,
    /// Events that wait.
    pub queued: usize,
    /// What those take.
    pub queued_bytes: usize,
    /// Subscriptions that are open.
    pub subscriptions: usize,
    /// Those by the spell's language.
    pub subscriptions_by_language: BTreeMap<String, usize>,
    /// Recordings that are kept.
    pub recordings: Vec<Recording>,
}

/// A recording of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recording {
    /// As `record` returned it.
    pub id: u64,
    /// Of the types of events.
    pub pattern: String,
    /// How many it holds.
    pub events: usize,
    /// Events that found it full.
    pub dropped: u64,
}

/// The data of the event `event.handler_error`: a function of the spell failed that was given an event.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HandlerErrorEvent<'a> {
    /// The subscription's id.
    pub subscription: u64,
    /// The subscription's pattern.
    pub pattern: &'a str,
    /// The type of the event that it was given.
    pub event: &'a str,
    /// The sequence of that event.
    pub sequence: u64,
    /// Why it failed.
    pub error: &'a Failure,
}

/// What stands in the place of data that are too large to be passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// How large they are, or what else is wrong with them.
    pub left_out: String,
}

/// An event as a spell writes it, for `emit`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Draft {
    /// The event's name, such as "user.login".
    pub r#type: String,
    /// What happened; null if absent.
    pub data: Option<Value>,
    /// How urgent it is; "normal" if absent.
    pub priority: Option<Priority>,
    /// What belongs together.
    pub correlation_id: Option<String>,
    /// Who emits it, other than "host"; "spell" if absent.
    pub source: Option<String>,
    /// For whom it is meant.
    pub target: Option<String>,
    /// The emitter's own labels.
    #[schemars(length(max = 32))]
    pub tags: Option<Vec<String>>,
    /// At most 32 fields and 4 KiB.
    pub metadata: Option<Map<String, Value>>,
    /// How long it may wait for its delivery; without end if absent.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub ttl_seconds: Option<f64>,
    /// Another language than the spell's.
    pub language: Option<String>,
}

/// The options of `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct SubscribeOptions {
    /// How many events may wait.
    #[schemars(range(min = 1, max = 1000))]
    pub queue: Option<u64>,
    /// Events of less are not delivered.
    pub min_priority: Option<Priority>,
}

/// The options of `record`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct RecordOptions {
    /// How long events are added.
    pub duration_ms: Option<u64>,
}

/// The options of `replay`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct ReplayOptions {
    /// How many times faster; all at once if absent.
    #[schemars(range(min = 0.001, max = 1000.0))]
    pub speed: Option<f64>,
    /// Only matching events.
    pub pattern: Option<String>,
}

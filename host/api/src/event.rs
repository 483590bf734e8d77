//! The JSON of the interface `event`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An event as a spell receives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    pub id: String,
    pub r#type: String,
    pub data: Value,
    /// RFC 3339.
    pub timestamp: String,
    /// Of the tenant's bus.
    pub sequence: u64,
    pub language: Option<String>,
    #[schemars(with = "Metadata")]
    pub metadata: Map<String, Value>,
}

/// What an event says of itself: these fields, and whatever else the emitter put there.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Metadata {
    /// "host", or what the spell said.
    pub source: String,
    pub priority: Priority,
    pub correlation_id: Option<String>,
    pub target: Option<String>,
    pub tags: Option<Vec<String>>,
    /// Seconds.
    pub ttl: Option<f64>,
    pub replayed: Option<bool>,
    #[serde(flatten)]
    #[schemars(with = "Map<String, Value>")]
    pub more: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    Normal,
    High,
    Critical,
}

/// A subscription of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subscription {
    pub id: u64,
    pub pattern: String,
    pub language: String,
    /// Whether it has one.
    pub handler: bool,
    pub min_priority: Priority,
    pub queued: usize,
    pub dropped: u64,
    pub expired: u64,
}

/// The counts of the run's events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stats {
    pub emitted: u64,
    pub delivered: u64,
    pub dropped: u64,
    pub expired: u64,
    pub handler_errors: u64,
    pub queued: usize,
    pub queued_bytes: usize,
    pub subscriptions: usize,
    pub subscriptions_by_language: BTreeMap<String, usize>,
    pub recordings: Vec<Recording>,
}

/// A recording of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recording {
    pub id: u64,
    pub pattern: String,
    pub events: usize,
    pub dropped: u64,
}

/// An event as a spell writes it, for `emit`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Draft {
    pub r#type: String,
    pub data: Option<Value>,
    pub priority: Option<Priority>,
    pub correlation_id: Option<String>,
    pub source: Option<String>,
    pub target: Option<String>,
    #[schemars(length(max = 32))]
    pub tags: Option<Vec<String>>,
    /// At most 32 fields and 4 KiB.
    pub metadata: Option<Map<String, Value>>,
    #[schemars(range(min = 0.0, max = 1e9))]
    pub ttl_seconds: Option<f64>,
    pub language: Option<String>,
}

/// The options of `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct SubscribeOptions {
    #[schemars(range(min = 1, max = 1000))]
    pub queue: Option<u64>,
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

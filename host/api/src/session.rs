//! The JSON of the interface `session`. Times are milliseconds since 1970, by the store's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is known of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// Given when it was created, and never another one's of the tenant.
    pub id: String,
    /// As the spell named it, or "".
    pub name: String,
    /// As the spell gave it, or "".
    pub description: String,
    /// As the spell gave them.
    pub tags: Vec<String>,
    /// Whether anything can be added to it.
    pub status: Status,
    /// When it was created.
    pub created_at: u64,
    /// When it was changed last.
    pub updated_at: u64,
    /// From then on it is absent, with all that belongs to it. Absent for one that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// The session that it goes on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_session_id: Option<String>,
    /// As the spell gave it.
    pub custom_metadata: Map<String, Value>,
}

/// How a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It can be added to.
    Active,
    /// It can be read, and resumed.
    Suspended,
    /// It can be read.
    Completed,
}

impl Status {
    /// All of them, as they are written.
    pub const WORDS: &[&str] = &["active", "suspended", "completed"];

    /// The one that is written so.
    pub fn named(word: &str) -> Option<Status> {
        serde_json::from_value(word.into()).ok()
    }
}

/// What a session is created with, or what is changed of one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Of a new one: 1 to 128 bytes. Where it is absent, the store gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// At most 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// At most 8 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// At most 32 of at most 100 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Of a new one: a session that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_session_id: Option<String>,
    /// At most 64 KiB as JSON, all together. In a change, each field replaces one, and null removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_metadata: Option<Map<String, Value>>,
    /// How long it stays, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u64>,
    /// Until when it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
}

/// Which sessions are listed: those that fit all that is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// All of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// How they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// 1 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// One page of sessions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// In the order of their ids. There may be none, and others on the next page.
    pub sessions: Vec<Session>,
    /// Where the next page begins; absent for the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Data of the events "session.created", "session.changed" and "session.deleted".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedEvent {
    /// The session's id.
    pub id: String,
    /// How it stands; of a deleted one, how it stood.
    pub status: Status,
}

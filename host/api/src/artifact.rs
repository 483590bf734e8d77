//! The JSON of the interface `artifact`. Times are milliseconds since 1970, by the store's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is known of an artifact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// The session that it belongs to, or "global".
    pub session_id: String,
    /// Its number among those of the session, from 1; never given again.
    pub sequence: u64,
    /// As the spell named it.
    pub name: String,
    /// Among those of the same name, from 1.
    pub version: u64,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Such as "text/plain".
    pub mime_type: String,
    /// In bytes.
    pub size: u64,
    /// The SHA-256 of the content, in hexadecimal digits.
    pub content_hash: String,
    /// When it was stored.
    pub created_at: u64,
    /// From then on it is absent. Absent for one that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// As the spell gave them.
    pub tags: Vec<String>,
    /// As the spell gave it.
    pub metadata: Map<String, Value>,
}

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// What an agent said.
    AgentOutput,
    /// What a tool gave.
    ToolResult,
    /// What a user gave.
    UserInput,
    /// What the host or the spell made by itself.
    SystemGenerated,
    /// Anything else.
    Custom,
}

impl Kind {
    /// All of them, as they are written.
    pub const WORDS: &[&str] = &["agent_output", "tool_result", "user_input", "system_generated", "custom"];

    /// The one that is written so.
    pub fn named(word: &str) -> Option<Kind> {
        serde_json::from_value(word.into()).ok()
    }
}

/// What a spell says of an artifact that it stores.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoreOptions {
    /// 1 to 1,024 bytes.
    pub name: String,
    /// "custom" where it is absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Told by the name's extension and the content where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// At most 32 of at most 100 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// At most 64 KiB as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// How long it stays, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl_ms: Option<u64>,
    /// Until when it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
}

/// Which artifact of a session: one of `sequence` and `name`. A name without a version stands for the newest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The hash that its content has to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<String>,
    /// The session that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

/// Which artifacts are listed: those that fit all that is given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// "*": those of every session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// All versions of exactly this name, the newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A name, where `*` stands for anything and `?` for one character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_pattern: Option<String>,
    /// What it is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Exactly this one, or of this family: "image/*".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// All of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Those that were stored then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_after: Option<u64>,
    /// Those that were stored then or earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_before: Option<u64>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_size: Option<u64>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u64>,
    /// 1 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// One page of artifacts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// In the order of sessions and numbers. There may be none, and others on the next page.
    pub artifacts: Vec<Artifact>,
    /// Where the next page begins; absent for the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Data of the events "artifact.stored" and "artifact.deleted".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedEvent {
    /// The session that it belongs to, or "global".
    pub session_id: String,
    /// Its number in the session.
    pub sequence: u64,
    /// Its name.
    pub name: String,
    /// Among those of the same name.
    pub version: u64,
    /// The SHA-256 of its content.
    pub content_hash: String,
    /// In bytes.
    pub size: u64,
}

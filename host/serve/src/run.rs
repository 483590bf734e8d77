//! A run as it is told and kept.

use llmspell_wasm::api::Receipt;
use llmspell_wasm::{Fault, Ledger};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::{Ref, RefOr, Schema};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It waits for a place.
    Queued,
    /// It is under way.
    Running,
    /// It is over, and `outcome` says how.
    Ended,
    /// It was queued or under way when its server ended without waiting for it. It does not go on.
    Interrupted,
}

impl Status {
    /// Whether it waits or is under way.
    pub fn is_open(self) -> bool {
        matches!(self, Status::Queued | Status::Running)
    }
}

/// A run of a spell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// 32 digits of 0-9 and a-f.
    pub id: String,
    /// How far it is.
    pub status: Status,
    /// The stored spell that it runs; null where its source came with the request.
    pub spell: Option<String>,
    /// Of the stored spell.
    pub version: Option<u64>,
    /// The spell's, such as "lua".
    pub language: String,
    /// SHA-256 of the spell's text, in hex.
    pub hash: String,
    /// The id of the key that began it.
    pub key: String,
    /// RFC 3339.
    pub created_at: String,
    /// When it got a place, in RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub ended_at: Option<String>,
    /// How it ended: "completed", "script-error", "denied", "cancelled", the name of a limit that was used up, ...
    pub outcome: Option<String>,
    /// What the spell returned. Not shown in lists.
    #[schema(value_type = Option<Value>)]
    pub result: Option<Value>,
    /// Set unless the run completed.
    #[schema(schema_with = fault_schema)]
    pub error: Option<Fault>,
    /// What the run used.
    #[schema(schema_with = ledger_schema)]
    pub usage: Option<Ledger>,
    /// Whether `/record` has it.
    pub recorded: bool,
    /// Whether its result and its events were too much to be kept: `result` is null then, whatever it was.
    pub shortened: bool,
}

/// As the store has it.
#[derive(Serialize, Deserialize)]
pub struct StoredRun {
    pub run: Run,
    pub receipt: Option<Receipt>,
    /// The process that has it.
    pub holder: String,
}

/// A page of runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunPage {
    /// The latest first, without their results.
    pub runs: Vec<Run>,
    /// What `after` is for the next page; null on the last one.
    pub next: Option<String>,
}

/// Those of `llmspell-wasm schema`: see `openapi`.
fn fault_schema() -> RefOr<Schema> {
    Ref::from_schema_name("Fault").into()
}

fn ledger_schema() -> RefOr<Schema> {
    Ref::from_schema_name("Ledger").into()
}

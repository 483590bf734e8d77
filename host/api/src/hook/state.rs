//! What hooks on state get: the data of each stage, and its further fields.
//!
//! The data of `state:after_read` is the value, that of `state:before_write` and `state:after_write` the value or the
//! number that is added, and null for a deletion; that of `state:conflict` is [`Failed`](super::Failed), that of
//! `state:migration` a [`MigrationPlan`](crate::state::MigrationPlan).

use schemars::JsonSchema;
use serde::Serialize;

use crate::Failure;

/// The data and the further fields of `state:before_read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BeforeRead<'a> {
    /// Where the key is.
    pub scope: &'a str,
    /// Which key is read.
    pub key: &'a str,
}

/// The further fields of `state:after_read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AfterReadContext<'a> {
    /// Where the key is.
    pub scope: &'a str,
    /// Which key was read.
    pub key: &'a str,
    /// Of the value; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// The further fields of `state:before_write`: which change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WriteContext<'a> {
    /// Where it is made.
    pub scope: Option<&'a str>,
    /// "put", "delete", "increment", "clear" or "check".
    pub operation: &'a str,
    /// Absent for "clear".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'a str>,
}

/// The further fields of `state:after_write`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AfterWriteContext<'a> {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub change: WriteContext<'a>,
    /// The commit's number.
    pub version: u64,
}

/// The further fields of `state:conflict`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ConflictContext<'a> {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub change: WriteContext<'a>,
    /// Which condition does not hold.
    pub error: &'a Failure,
}

/// The further fields of `state:migration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MigrationContext {
    /// Whether nothing is to be changed.
    pub dry_run: bool,
}

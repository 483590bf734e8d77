//! The JSON of the interface `state`. Times are milliseconds since 1970, by the store's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

mod request;

pub use request::{
    Change, DeleteOptions, IncrementOptions, ListOptions, MigrationPlan, PutOptions, Transformation, ValueType,
};

/// A value that was found, as hooks leave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// What is kept there.
    pub value: Value,
    /// 0 for a value that a hook made up.
    pub version: u64,
    /// Absent for a value that stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
}

/// The result of `put` and `delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// The change's number, which is never used twice in a store.
    pub version: u64,
    /// Whether the key was there before.
    pub existed: bool,
}

/// The result of `increment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incremented {
    /// The change's number, which is never used twice in a store.
    pub version: u64,
    /// Whether the key was there before.
    pub existed: bool,
    /// The sum.
    pub value: Value,
}

/// The result of `commit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Committed {
    /// The commit's number, which is never used twice in a store.
    pub version: u64,
    /// One for each change, in order.
    pub changes: Vec<CommittedChange>,
}

/// What one change of a commit came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CommittedChange {
    /// How many keys were there before: 0 or 1, or more for "clear".
    pub existed: u64,
    /// Of "increment": the sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// The details of a failure "conflict".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// The version that there is now; null if there is none.
    pub current: Option<u64>,
}

/// What the tenant has in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// How many keys there are.
    pub keys: u64,
    /// Their size, values included.
    pub bytes: u64,
    /// How many backups there are.
    pub backups: u64,
    /// The size of those.
    pub backup_bytes: u64,
    /// What there may be.
    pub limits: UsageLimits,
}

/// What the tenant may have in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageLimits {
    /// The most keys.
    pub keys: u64,
    /// The most bytes of keys and values.
    pub bytes: u64,
    /// The most backups.
    pub backups: u64,
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// By which it is restored.
    pub id: String,
    /// When it was made.
    pub created_at: u64,
    /// As the spell or the operator gave it.
    pub description: String,
    /// 0 if it is not known.
    pub keys: u64,
    /// The size of its file.
    pub bytes: u64,
}

/// The result of `check-backup`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackupCheck {
    /// The backup's.
    pub id: String,
    /// This and the next three are absent for a backup that is not intact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<u64>,
    /// As the spell or the operator gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How many keys it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<u64>,
    /// The size of its file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Whether it is intact.
    pub valid: bool,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The version that a migration recorded for the values of a scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SchemaVersion {
    /// "" for all scopes.
    pub scope: String,
    /// The version that the values have.
    pub version: Version,
    /// When the last migration was done.
    pub migrated_at: u64,
    /// What came before, the newest last; not more than 20.
    pub history: Vec<PastMigration>,
}

/// A number or a string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Version {
    /// Such as 2.
    Number(#[schemars(with = "f64")] Number),
    /// Such as "2.0".
    Text(String),
}

/// A migration that was done before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PastMigration {
    /// The version before.
    pub from: Version,
    /// The version after.
    pub to: Version,
    /// When it was done.
    pub at: u64,
    /// How many values it changed.
    pub changed: u64,
}

/// What a migration did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Migrated {
    /// The version that the plan expects.
    pub from_version: Version,
    /// The version that the values have afterwards.
    pub to_version: Version,
    /// Whether nothing was to be changed.
    pub dry_run: bool,
    /// False in a dry run, and if the values had the new version already.
    pub applied: bool,
    /// Values that were looked at.
    pub examined: u64,
    /// Values that were, or would be, changed.
    pub changed: u64,
    /// Values that are no objects: no transformation is for them.
    pub skipped: u64,
    /// The first 20 of a dry run.
    pub changes: Vec<MigratedValue>,
}

/// A value that a migration would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MigratedValue {
    /// Where it is.
    pub scope: String,
    /// Where in the scope.
    pub key: String,
    /// The value as it is.
    pub before: Value,
    /// The value as it would be.
    pub after: Value,
}

/// The data of the event `state.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedEvent {
    /// Where it was changed.
    pub scope: Option<String>,
    /// "put", "delete", "increment" or "clear".
    pub operation: String,
    /// The change's number, which is never used twice in a store.
    pub version: u64,
    /// Absent for "clear".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The data of the event `state.restored`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RestoredEvent<'a> {
    /// The backup's.
    pub id: &'a str,
}

/// The data of the event `state.migrated`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MigratedEvent<'a> {
    /// The version that the values had.
    #[schemars(with = "Version")]
    pub from_version: &'a Value,
    /// The version that they have now.
    #[schemars(with = "Version")]
    pub to_version: &'a Value,
    /// How many values were changed.
    pub changed: u64,
    /// Absent for a migration of all scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<&'a str>,
}

/// The result of a migration that a hook left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MigrationSkipped {
    /// False.
    pub applied: bool,
    /// The hook's reason.
    pub skipped: String,
}

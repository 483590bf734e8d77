//! The JSON of the interface `state`. Times are milliseconds since 1970, by the store's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// A value that was found, as hooks leave it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    pub value: Value,
    /// 0 for a value that a hook made up.
    pub version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
}

/// The result of `put` and `delete`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    pub version: u64,
    /// Whether the key was there before.
    pub existed: bool,
}

/// The result of `increment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incremented {
    pub version: u64,
    /// Whether the key was there before.
    pub existed: bool,
    /// The sum.
    pub value: Value,
}

/// The result of `commit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Committed {
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

/// What the tenant has in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    pub keys: u64,
    pub bytes: u64,
    pub backups: u64,
    pub backup_bytes: u64,
    pub limits: UsageLimits,
}

/// What the tenant may have in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageLimits {
    pub keys: u64,
    pub bytes: u64,
    pub backups: u64,
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    pub id: String,
    pub created_at: u64,
    pub description: String,
    /// 0 if it is not known.
    pub keys: u64,
    pub bytes: u64,
}

/// The result of `check-backup`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackupCheck {
    pub id: String,
    /// This and the next three are absent for a backup that is not intact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
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
    pub version: Version,
    pub migrated_at: u64,
    /// What came before, the newest last; not more than 20.
    pub history: Vec<PastMigration>,
}

/// A number or a string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Version {
    Number(#[schemars(with = "f64")] Number),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PastMigration {
    pub from: Version,
    pub to: Version,
    pub at: u64,
    pub changed: u64,
}

/// What a migration did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Migrated {
    pub from_version: Version,
    pub to_version: Version,
    pub dry_run: bool,
    /// False in a dry run, and if the values had the new version already.
    pub applied: bool,
    /// Values that were looked at.
    pub examined: u64,
    pub changed: u64,
    /// Values that are no objects: no transformation is for them.
    pub skipped: u64,
    /// The first 20 of a dry run.
    pub changes: Vec<MigratedValue>,
}

/// A value that a migration would change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MigratedValue {
    pub scope: String,
    pub key: String,
    pub before: Value,
    pub after: Value,
}

/// The data of the event `state.changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedEvent {
    pub scope: Option<String>,
    /// "put", "delete", "increment" or "clear".
    pub operation: String,
    pub version: u64,
    /// Absent for "clear".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// The options of `put`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct PutOptions {
    /// The key must have this version.
    #[schemars(range(min = 1))]
    pub if_version: Option<u64>,
    /// True: the key must not exist.
    pub if_absent: Option<bool>,
    /// How long the value stays.
    #[schemars(range(min = 1))]
    pub ttl_ms: Option<u64>,
    #[schemars(range(min = 1))]
    pub expires_at: Option<u64>,
    /// True: expires when the previous value would have.
    pub keep_ttl: Option<bool>,
}

/// The options of `delete`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct DeleteOptions {
    /// The key must have this version.
    #[schemars(range(min = 1))]
    pub if_version: Option<u64>,
}

/// The options of `increment`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct IncrementOptions {
    /// How long the value stays.
    #[schemars(range(min = 1))]
    pub ttl_ms: Option<u64>,
    #[schemars(range(min = 1))]
    pub expires_at: Option<u64>,
}

/// A change of a commit.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Change {
    Put {
        scope: String,
        key: String,
        value: Value,
        #[serde(flatten)]
        options: PutOptions,
    },
    Delete {
        scope: String,
        key: String,
        #[serde(flatten)]
        options: DeleteOptions,
    },
    Increment {
        scope: String,
        key: String,
        /// 1 if absent.
        #[schemars(with = "Option<f64>")]
        by: Option<Number>,
        #[serde(flatten)]
        options: IncrementOptions,
    },
    /// Changes nothing; its condition has to hold.
    Check {
        scope: String,
        key: String,
        #[schemars(range(min = 1))]
        if_version: Option<u64>,
        if_absent: Option<bool>,
    },
    /// Deletes all keys of the scope.
    Clear { scope: String },
}

/// The options of `list`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct ListOptions {
    pub prefix: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u64>,
    /// True: with the values.
    pub values: Option<bool>,
}

/// The plan of `migrate`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct MigrationPlan {
    pub from_version: Version,
    pub to_version: Version,
    /// All scopes if absent.
    pub scope: Option<String>,
    /// Of keys.
    pub prefix: Option<String>,
    pub dry_run: Option<bool>,
    #[schemars(length(max = 100))]
    pub transformations: Option<Vec<Transformation>>,
}

/// A step of a migration. A field is a name, or a path such as "address.city".
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "transform", rename_all = "snake_case")]
pub enum Transformation {
    Copy {
        field: String,
        to: String,
    },
    /// Moves.
    Rename {
        field: String,
        to: String,
    },
    Convert {
        field: String,
        to_type: ValueType,
        to: Option<String>,
    },
    /// If the field is absent or null.
    Default {
        field: String,
        value: Value,
    },
    Remove {
        field: String,
    },
    /// A string into several fields.
    Split {
        field: String,
        separator: Option<String>,
        to: Vec<String>,
        keep: Option<bool>,
    },
    /// Several fields into one string.
    Merge {
        fields: Vec<String>,
        separator: Option<String>,
        to: String,
        keep: Option<bool>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    String,
    Number,
    Integer,
    Boolean,
    Array,
}

//! What `state` prints. Times are milliseconds since 1970, by the store's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `state list SCOPE` prints: the keys of a scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Keys {
    /// Whose state it is.
    pub tenant: String,
    /// Where the keys are.
    pub scope: String,
    /// In byte order of the keys.
    pub keys: Vec<Key>,
    /// For `--after`, where more follow; else null.
    pub next: Option<String>,
}

/// A key of a scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Of the value.
    pub version: u64,
    /// Null for a value that stays.
    pub expires_at: Option<u64>,
}

/// What `state list` prints: a tenant's scopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scopes {
    /// Whose state it is.
    pub tenant: String,
    /// In byte order of their names.
    pub scopes: Vec<Scope>,
    /// For `--after`, where more follow; else null.
    pub next: Option<String>,
}

/// A scope and its size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// Its name.
    pub scope: String,
    /// How many keys it has.
    pub keys: u64,
}

/// What `state list --backups` prints: a tenant's backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Backups {
    /// Whose backups they are.
    pub tenant: String,
    /// The newest first.
    pub backups: Vec<Backup>,
}

/// A backup, as the operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// By which it is restored.
    pub id: String,
    /// When it was made.
    pub created_at: u64,
    /// What to remember about it.
    pub description: String,
    /// The tenant whose data it holds.
    pub tenant: String,
    /// How many keys it holds; 0 if it is not known.
    pub keys: u64,
    /// The size of its file.
    pub bytes: u64,
}

/// What `state list --tenants` prints: the tenants of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tenants {
    /// In byte order of their names.
    pub tenants: Vec<Tenant>,
    /// For `--after`, where more follow; else null.
    pub next: Option<String>,
}

/// A tenant and what it has in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tenant {
    /// Its name.
    pub tenant: String,
    /// How many keys it has.
    pub keys: u64,
    /// Their size, values included.
    pub bytes: u64,
    /// How many backups it has.
    pub backups: u64,
    /// The size of those.
    pub backup_bytes: u64,
}

/// What `state get` prints: a key and its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Got {
    /// Whose state it is.
    pub tenant: String,
    /// Where the key is.
    pub scope: String,
    /// Which key.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Of the value.
    pub version: u64,
    /// Null for a value that stays.
    pub expires_at: Option<u64>,
}

/// What `state delete` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deleted {
    /// How many keys, or backups, are gone.
    pub deleted: u64,
}

/// What `state export FILE` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exported {
    /// How many lines with entries were written.
    pub entries: u64,
    /// Where they are.
    pub file: String,
    /// What could not be read, one line each. Absent without `--skip-damaged`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
}

/// What `state import` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// Entries of the file that are in the store now.
    pub imported: u64,
    /// Entries of the file that were left out, as the tenant had them.
    pub kept: u64,
    /// Entries that the tenant had and that are gone or overwritten.
    pub replaced: u64,
}

/// What `state backup` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BackedUp {
    /// One for each tenant.
    pub backups: Vec<Backup>,
}

/// What `state restore --rebuild` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rebuilt {
    /// The path of the damaged store, which was renamed.
    pub aside: String,
    /// Each tenant that has backups.
    pub tenants: Vec<RebuiltTenant>,
}

/// What became of a tenant when its store was rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RebuiltTenant {
    /// Its name.
    pub tenant: String,
    /// Its field stands among the others.
    #[serde(flatten)]
    pub outcome: RebuildOutcome,
}

/// Which backup a tenant has now, or why it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RebuildOutcome {
    /// This backup was restored.
    Restored(Backup),
    /// Nothing was restored, for this reason.
    Error(String),
}

/// What `state verify` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// Whether there are no problems.
    pub sound: bool,
    /// How many tenants have data.
    pub tenants: u64,
    /// Values and items of streams, of all tenants.
    pub keys: u64,
    /// Their size, keys included.
    pub bytes: u64,
    /// How many backups were checked.
    pub backups: u64,
    /// One line each, at most 100.
    pub problems: Vec<String>,
}

/// What any command of `state` prints if it fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failed {
    /// Why.
    pub error: Error,
}

/// Why a command failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Error {
    /// A code of the store's failures, "declined" (the question was answered with no), "invalid" or "host-fault".
    pub code: String,
    /// One line for people.
    pub message: String,
}

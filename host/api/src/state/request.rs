//! What the interface `state` is asked.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, Value};

use super::Version;

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
    /// When the value goes.
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
    /// When the value goes.
    #[schemars(range(min = 1))]
    pub expires_at: Option<u64>,
}

/// A change of a commit.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Change {
    /// Gives a key a value.
    Put {
        /// Where the key is.
        scope: String,
        /// Which key.
        key: String,
        /// Its new value.
        value: Value,
        /// Its fields stand among the others.
        #[serde(flatten)]
        options: PutOptions,
    },
    /// Removes a key.
    Delete {
        /// Where the key is.
        scope: String,
        /// Which key.
        key: String,
        /// Its fields stand among the others.
        #[serde(flatten)]
        options: DeleteOptions,
    },
    /// Adds to a number.
    Increment {
        /// Where the key is.
        scope: String,
        /// Which key; an absent one counts as 0.
        key: String,
        /// 1 if absent.
        #[schemars(with = "Option<f64>")]
        by: Option<Number>,
        /// Its fields stand among the others.
        #[serde(flatten)]
        options: IncrementOptions,
    },
    /// Changes nothing; its condition has to hold.
    Check {
        /// Where the key is.
        scope: String,
        /// Which key.
        key: String,
        /// The key must have this version.
        #[schemars(range(min = 1))]
        if_version: Option<u64>,
        /// True: the key must not exist.
        if_absent: Option<bool>,
    },
    /// Deletes all keys of the scope.
    Clear {
        /// Which scope.
        scope: String,
    },
}

/// The options of `list`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct ListOptions {
    /// Only keys that begin so.
    pub prefix: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// The most entries of a page.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u64>,
    /// True: with the values.
    pub values: Option<bool>,
}

/// The plan of `migrate`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct MigrationPlan {
    /// The version that the values must have.
    pub from_version: Version,
    /// The version that they have afterwards.
    pub to_version: Version,
    /// All scopes if absent.
    pub scope: Option<String>,
    /// Of keys.
    pub prefix: Option<String>,
    /// True: only tells what would be done.
    pub dry_run: Option<bool>,
    /// Done to each value, in order.
    #[schemars(length(max = 100))]
    pub transformations: Option<Vec<Transformation>>,
}

/// A step of a migration. A field is a name, or a path such as "address.city".
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "transform", rename_all = "snake_case")]
pub enum Transformation {
    /// Copies a field.
    Copy {
        /// What is copied.
        field: String,
        /// Where it goes.
        to: String,
    },
    /// Moves.
    Rename {
        /// What is moved.
        field: String,
        /// Where it goes.
        to: String,
    },
    /// Gives a field another type.
    Convert {
        /// What is converted.
        field: String,
        /// What it becomes.
        to_type: ValueType,
        /// Where it goes; it stays where it is if absent.
        to: Option<String>,
    },
    /// If the field is absent or null.
    Default {
        /// What is filled in.
        field: String,
        /// What it is filled with.
        value: Value,
    },
    /// Removes a field.
    Remove {
        /// What is removed.
        field: String,
    },
    /// A string into several fields.
    Split {
        /// The string that is split.
        field: String,
        /// What stands between the parts; not empty.
        separator: String,
        /// Where the parts go; the last gets the rest.
        to: Vec<String>,
        /// True: the string stays as well.
        keep: Option<bool>,
    },
    /// Several fields into one string.
    Merge {
        /// The strings that are joined.
        fields: Vec<String>,
        /// What is put between them; a space if absent.
        separator: Option<String>,
        /// Where the string goes.
        to: String,
        /// True: the fields stay as well.
        keep: Option<bool>,
    },
}

/// What a field is converted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// Text.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// A list.
    Array,
}

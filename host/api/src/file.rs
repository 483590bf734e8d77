//! The JSON of the interface `file`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is known of a file or a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metadata {
    /// As it was asked for.
    pub path: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// In bytes.
    pub size: u64,
    /// When it was last written to, in seconds since 1970; null where the system does not tell.
    pub modified: Option<u64>,
    /// Whether the system refuses to write to it.
    pub readonly: bool,
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A file with bytes.
    File,
    /// A folder.
    Directory,
    /// A link, in a listing. Elsewhere links are followed.
    Symlink,
    /// A pipe, a socket, a device.
    Other,
}

/// One page of what is in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listing {
    /// How many are on this page.
    pub count: usize,
    /// In the order of their names.
    pub entries: Vec<Entry>,
    /// The name after which the next page begins, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What is known of one entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Within its folder.
    pub name: String,
    /// The folder's path as it was asked for, and the name.
    pub path: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// In bytes.
    pub size: u64,
    /// When it was last written to, in seconds since 1970; null where the system does not tell.
    pub modified: Option<u64>,
}

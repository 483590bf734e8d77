//! Events about calls that need a person's yes.

use schemars::JsonSchema;
use serde::Serialize;

/// Data of "approval.asked": somebody is asked now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ApprovalAsked<'a> {
    /// "interface.function".
    pub call: &'a str,
    /// What the call needs to be granted, such as a tool's name.
    pub names: &'a [String],
    /// SHA-256 of the call, in hex.
    pub digest: &'a str,
}

/// Data of "approval.answered": it is decided, by whomever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ApprovalAnswered<'a> {
    /// "interface.function".
    pub call: &'a str,
    /// What the call needs to be granted, such as a tool's name.
    pub names: &'a [String],
    /// SHA-256 of the call, in hex.
    pub digest: &'a str,
    /// Whether the call may be made.
    pub approved: bool,
    /// "asked", "before", "digest" or "nobody".
    pub by: &'a str,
}

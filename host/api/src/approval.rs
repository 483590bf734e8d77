//! Calls that need a person's yes, and those that are barred for what the run has taken in.

use schemars::JsonSchema;
use serde::Serialize;

/// Data of "approval.asked": somebody is asked now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AskedEvent<'a> {
    /// "interface.function".
    pub call: &'a str,
    /// What the call needs to be granted, such as a tool's name.
    pub names: &'a [String],
    /// SHA-256 of the call, in hex.
    pub digest: &'a str,
}

/// Data of "approval.answered": it is decided, by whomever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnsweredEvent<'a> {
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

/// The details of a failure "denied": nobody said yes to the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refused<'a> {
    /// SHA-256 of the call, in hex, as `--approve` takes it.
    pub approval: &'a str,
    /// "interface.function".
    pub call: &'a str,
    /// The section of a policy that what is named belongs to, such as "tools".
    pub section: &'a str,
    /// What the call needs to be granted, such as a tool's name.
    pub names: &'a [String],
}

/// The details of a failure "denied": nothing may go there any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Barred<'a> {
    /// Where it would have gone, such as "network".
    pub sink: &'a str,
    /// What the run has taken in, such as "web".
    pub mark: &'a str,
    /// The call that brought it in.
    pub by: &'a str,
    /// What that call named; empty if nothing.
    pub name: &'a str,
}

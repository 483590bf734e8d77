//! What policies allow, explained.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PolicyFile;

/// Every entry of every policy, and how far it is in force beside the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explained {
    /// Outermost first.
    pub policies: Vec<PolicyFile>,
    /// Every entry of every list, by right, then by policy.
    pub names: Vec<Named>,
    /// What the policies are silent on, which is denied.
    pub denied: Vec<Denied>,
    /// Every limit, as it holds after all policies.
    pub limits: Vec<Limited>,
    /// What somebody has to say yes to: every entry of every `[approval]`.
    pub approvals: Vec<NeedsApproval>,
    /// Where nothing may go any more, once something was taken in: every entry of every `[taint]`.
    pub taint: Vec<Barred>,
}

/// An entry of `[approval]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NeedsApproval {
    /// Such as "tools", or "cost-above".
    pub key: &'static str,
    /// The pattern, or the amount in dollars.
    pub name: String,
    /// "file:line:column".
    pub from: String,
}

/// An entry of `[taint]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Barred {
    /// Such as "network".
    pub sink: &'static str,
    /// Such as "web".
    pub unless: Vec<&'static str>,
    /// "file:line:column".
    pub from: String,
}

/// One entry of a list in a policy, and what the other policies leave of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    /// The section of the policy, such as "models".
    pub section: &'static str,
    /// "allow", "read", "write", "emit", "subscribe" or "deny".
    pub key: &'static str,
    /// The pattern as it is written; one of paths is absolute.
    pub name: String,
    /// Bytes that one file may have, where the entry is for paths and says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_file: Option<u64>,
    /// The terms of requests to a host, where the entry has some: "GET, HEAD; paths /v1".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Whether it is in force.
    pub standing: Standing,
    /// "file:line:column", or a flag.
    pub from: String,
    /// The policy that keeps it from being in force as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Whether an entry of a policy is in force beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// All of it is granted.
    Granted,
    /// Some of what it is for is granted, as others are narrower.
    InPart,
    /// None of it is granted.
    NotGranted,
    /// It stands in a `deny` list.
    Denied,
}

/// A list of which a policy allows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Denied {
    /// The section of a policy, such as "models".
    pub section: &'static str,
    /// "allow", "read", "write", "emit" or "subscribe".
    pub key: &'static str,
    /// The policies that allow nothing of it.
    pub because: Vec<String>,
    /// Whether others do.
    pub allowed_elsewhere: bool,
}

/// One limit, as it holds after all policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Limited {
    /// The limit's name, as the flag and the key have it.
    pub name: &'static str,
    /// The value with its unit, as the flag takes it; null where there is no such limit.
    pub value: Option<String>,
    /// "file:line:column", or "configuration".
    pub from: String,
}

/// The details of a failure "denied" by a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Denial<'a> {
    /// What was asked for, cut where it is long.
    pub name: &'a str,
    /// The section of the policy that decides about it, such as "models".
    pub section: &'a str,
    /// "allow", "read", "write", "emit" or "subscribe" if it is not in that list, "deny" if it is in this one.
    pub key: &'a str,
    /// The policy's file without its folders, or "the command line".
    pub file: &'a str,
    /// Of the entry that denies it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

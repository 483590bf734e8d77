//! The JSON documents that the command line prints with `--output json`. A run's is a [`Receipt`](crate::Receipt), that of
//! `audit verify` an [`AuditCheck`](crate::audit::AuditCheck).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::policy::Explained;

pub mod guest;
pub mod info;
pub mod state;

/// One file, as `validate` prints it in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Validated {
    /// The spell, as it was named.
    pub file: String,
    /// Whether there are no errors.
    pub ok: bool,
    /// What is wrong with it, or with what it asks for.
    pub errors: Vec<Remark>,
    /// What is odd about it.
    pub remarks: Vec<Remark>,
}

/// One thing to say about a spell, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// Null if it is about the spell's file as a whole.
    pub file: Option<String>,
    /// 1-based; null if it is not known.
    pub line: Option<usize>,
    /// 1-based; null if it is not known.
    pub column: Option<usize>,
    /// What is wrong or odd, on one line.
    pub problem: String,
}

/// One policy, as `policy check` prints it in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedPolicy {
    /// The file, as it was named.
    pub file: String,
    /// Whether nothing is wrong with it.
    pub ok: bool,
    /// The first thing that is wrong with it; null if nothing is.
    pub error: Option<PolicyProblem>,
}

/// What is wrong with a policy, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyProblem {
    /// 1-based; 0 for the file as a whole.
    pub line: usize,
    /// 1-based; 0 for the file as a whole.
    pub column: usize,
    /// One line: what is wrong, what to do.
    pub problem: String,
}

/// What `policy explain` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExplainedPolicies {
    /// What is in force.
    pub in_force: Explained,
    /// What the spell asks for and does not get, one line each.
    pub refused: Vec<String>,
    /// The tools that need no grant.
    pub standard_tools: Vec<StandardTool>,
}

/// Whether a spell has a standard tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StandardTool {
    /// What it is called by.
    pub name: String,
    /// Whether no policy denies it.
    pub granted: bool,
    /// What grants it or does not, one line.
    pub because: String,
}

/// What `policy suggest` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SuggestedPolicy {
    /// The text of a policy, in TOML.
    pub policy: String,
}

/// What `tool list` prints of each tool of the host, and `tool info` of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HostTool {
    /// What it is called by.
    pub name: String,
    /// Other names that it is called by.
    pub aliases: Vec<String>,
    /// What models choose by.
    pub description: String,
    /// Null if it has none.
    pub category: Option<String>,
    /// The JSON Schema of its arguments.
    pub parameters: Value,
    /// Other names of parameters, each with the parameter that it stands for.
    pub parameter_aliases: Vec<(String, String)>,
    /// Whether every spell has it that no policy denies it.
    pub standard: bool,
    /// Whether a spell may call it.
    pub granted: bool,
    /// What grants it or does not, one line.
    pub because: String,
}

/// What `mcp list` prints of each server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct McpServer {
    /// What it is called in the configuration.
    pub name: String,
    /// The program and its arguments; empty where it has an address.
    pub command: Vec<String>,
    /// Its address; null where it is a program.
    pub url: Option<String>,
    /// The names of the environment variables that it gets.
    pub env: Vec<String>,
    /// Milliseconds that one call may take.
    pub timeout_ms: u64,
    /// Bytes that one result may have.
    pub max_result: usize,
    /// Whether all tenants have the same process.
    pub share: bool,
}

/// What `mcp check` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedMcp {
    /// What it is called in the configuration.
    pub server: String,
    /// Whether it was started and listed its tools.
    pub ok: bool,
    /// What it calls itself, with its version; null if it did not say.
    pub name: Option<String>,
    /// The version of the protocol that it speaks; null if it was not agreed on.
    pub protocol: Option<String>,
    /// Those that spells may be granted.
    pub tools: Vec<McpTool>,
    /// What of its list can't be used, and why.
    pub odd: Vec<String>,
    /// What went wrong; null if nothing did.
    pub error: Option<String>,
    /// The last lines of its standard error, if something went wrong.
    pub standard_error: Vec<String>,
}

/// A tool of an MCP server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct McpTool {
    /// What spells call it: `SERVER.TOOL`.
    pub name: String,
    /// What models call it.
    pub model_name: String,
    /// What the server says of it.
    pub description: String,
}

/// What `provider check` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckedProvider {
    /// As it was named.
    pub provider: String,
    /// Whether nothing failed.
    pub ok: bool,
    /// In the order in which they were asked for.
    pub checks: Vec<CheckedNeed>,
}

/// One thing that spells need of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckedNeed {
    /// "model list", "completion", "stream", "tool call" or "structured answer".
    pub check: &'static str,
    /// Null: it was not asked for; `seen` says why.
    pub works: Option<bool>,
    /// What came back, on one line.
    pub seen: String,
    /// What would help; null where there is nothing to say.
    pub advice: Option<String>,
}

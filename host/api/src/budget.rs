//! The JSON of the interface `budget`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is left of the run's limits and budgets. A resource without a limit is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Remaining {
    /// Units.
    pub fuel: u64,
    /// By which the guest may still grow.
    pub memory_bytes: usize,
    pub wall_time_ms: u64,
    pub output_bytes: u64,
    pub host_calls: u64,
    pub host_bytes: u64,
    pub tool_calls: u64,
    pub handles: usize,
    pub operations: usize,
    /// Innermost first.
    pub budgets: Vec<Budget>,
    /// The least that any of the budgets has left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<u64>,
    /// Decimal US dollars: the least that any of the budgets has left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
}

/// A budget of tokens or money that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Budget {
    pub budget: Kind,
    pub whose: Owner,
    pub allowed: Amount,
    pub left: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// The details of a failure "budget": a call that does not fit into what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Insufficient {
    pub budget: Kind,
    pub whose: Owner,
    pub allowed: Amount,
    pub left: Amount,
    pub needed: Amount,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Tokens,
    Cost,
}

/// Whose a budget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Of the agent for whose run the call `within` is being answered.
    Agent,
    Run,
    Tenant,
    /// All tenants together.
    All,
}

/// In UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    Month,
}

/// A number of tokens, or decimal US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    Tokens(u64),
    Dollars(String),
}

//! The JSON of the interface `budget`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is left of the run's limits and budgets. A resource without a limit is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Remaining {
    /// Units.
    pub fuel: u64,
    /// By which the guest may still grow.
    pub memory_bytes: usize,
    /// Milliseconds.
    pub wall_time_ms: u64,
    /// Bytes that may still be printed and logged.
    pub output_bytes: u64,
    /// Calls of the host.
    pub host_calls: u64,
    /// Bytes that may still cross between guest and host.
    pub host_bytes: u64,
    /// Calls of tools.
    pub tool_calls: u64,
    /// Things that may still be opened.
    pub handles: usize,
    /// Operations that may still be in progress at once.
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
    /// What it is of.
    pub budget: Kind,
    /// Whose it is.
    pub whose: Owner,
    /// All that may be used, in the period if there is one.
    pub allowed: Amount,
    /// What may still be used.
    pub left: Amount,
    /// Absent for a budget of one run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// The details of a failure "budget": a call that does not fit into what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Insufficient {
    /// What the budget is of.
    pub budget: Kind,
    /// Whose budget it is.
    pub whose: Owner,
    /// All that may be used of it.
    pub allowed: Amount,
    /// What may still be used of it.
    pub left: Amount,
    /// What the call may come to.
    pub needed: Amount,
}

/// The details of a failure "budget": a model without a known price, where there is a budget of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unpriced {
    /// "cost".
    pub budget: Kind,
    /// Whose budget it is.
    pub whose: Owner,
    /// "provider/model".
    pub model: String,
}

/// Budgets of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plans {
    /// Of each tenant that has none of its own.
    pub each_tenant: Plan,
    /// Of tenants by name.
    pub tenants: BTreeMap<String, Plan>,
    /// Of all tenants together.
    pub all: Plan,
}

/// Budgets for a day and a month, in UTC. What has no limit is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Input and output together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_day: Option<u64>,
    /// Input and output together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens_per_month: Option<u64>,
    /// Decimal US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_day: Option<String>,
    /// Decimal US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_month: Option<String>,
}

/// What a budget is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Tokens of models, input and output together.
    Tokens,
    /// Money.
    Cost,
}

/// Whose a budget is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Of the agent for whose run the call `within` is being answered.
    Agent,
    /// Of the run of the spell.
    Run,
    /// Of the tenant, over all its runs.
    Tenant,
    /// All tenants together.
    All,
}

/// In UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// A month of the calendar.
    Month,
}

/// A number of tokens, or decimal US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// A number of tokens.
    Tokens(u64),
    /// Decimal US dollars.
    Dollars(String),
}

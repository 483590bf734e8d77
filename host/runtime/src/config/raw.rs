//! The configuration as it is written in TOML.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::server::RawServer;
use super::{ConfigError, parse_size};
use llmspell_base::limits::Limits;
use llmspell_base::limits::table::entry;
use llmspell_base::nearest::explain;
use llmspell_base::toml_span::Wrong;
use llmspell_budget::RawBudgets;
use llmspell_capability_network::{RawNetwork, RawSecret};
use llmspell_mcp::RawServer as RawMcpServer;
use llmspell_models::RawProvider;
use llmspell_state::RawState;
use llmspell_tools::RawSearch;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawConfig {
    pub default_provider: Option<String>,
    pub tenant_requests: Option<u64>,
    pub instances: Option<u32>,
    pub tenant_runs: Option<u32>,
    pub memory_total: Option<String>,
    pub budgets: RawBudgets,
    pub providers: BTreeMap<String, RawProvider>,
    /// Read by [`limits`].
    #[serde(rename = "limits")]
    _limits: toml::Table,
    pub grants: RawGrants,
    pub network: RawNetwork,
    pub mcp: BTreeMap<String, RawMcpServer>,
    pub secrets: BTreeMap<String, RawSecret>,
    pub search: RawSearch,
    pub state: RawState,
    pub policy: RawPolicy,
    pub server: RawServer,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawPolicy {
    pub operator: Option<PathBuf>,
    pub tenants: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawGrants {
    pub models: Option<Vec<String>>,
    pub tools: Option<Vec<String>>,
    pub environment: Vec<String>,
    pub secrets: Option<Vec<String>>,
    pub state: Option<bool>,
}

/// By the names of the flags, each as a number or as the text that the flag takes.
pub fn limits(text: &str) -> Result<Limits, Wrong> {
    let document =
        DeTable::parse(text).map_err(|error| (error.span().unwrap_or_default(), explain(error.message())))?;
    let mut limits = Limits::default();
    if let Some(DeValue::Table(table)) = document.get_ref().get("limits").map(Spanned::get_ref) {
        for (key, value) in table {
            let (row, number) = entry(key, value)?;
            (row.set)(&mut limits, number);
        }
    }
    Ok(limits)
}

/// Of all guests together.
const MEMORY_TOTAL: u64 = 4 << 30;

pub fn memory_total(text: Option<String>, limits: &Limits) -> Result<u64, ConfigError> {
    let Some(text) = text else { return Ok(MEMORY_TOTAL.max(limits.memory_bytes as u64)) };
    let problem = |what: String| ConfigError::new(format!("memory_total: {what}"));
    let bytes = parse_size(&text).map_err(problem)?;
    if bytes < limits.memory_bytes as u64 {
        let one = limits.memory_bytes;
        return Err(problem(format!(
            "{bytes} bytes are less than the {one} that one spell may have ([limits] memory)"
        )));
    }
    Ok(bytes)
}

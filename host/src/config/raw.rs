//! The configuration as it is written in TOML.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::budgets::RawBudgets;
use super::provider::RawProvider;
use super::state::RawState;
use super::{ConfigError, parse_duration, parse_size};
use crate::money::NanoDollars;
use crate::runtime::limits::Limits;

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
    pub limits: RawLimits,
    pub grants: RawGrants,
    pub state: RawState,
    pub policy: RawPolicy,
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
    pub state: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawLimits {
    fuel: Option<u64>,
    memory: Option<String>,
    wall_time: Option<String>,
    output: Option<String>,
    host_calls: Option<u64>,
    host_bytes: Option<String>,
    tool_calls: Option<u64>,
    token_budget: Option<u64>,
    cost_budget: Option<String>,
    handles: Option<usize>,
    operations: Option<usize>,
    nesting: Option<usize>,
    handler_time: Option<String>,
    host_memory: Option<String>,
    value_bytes: Option<String>,
    value_depth: Option<usize>,
    value_nodes: Option<usize>,
    reply_bytes: Option<String>,
}

impl RawLimits {
    pub fn read(self) -> Result<Limits, ConfigError> {
        let defaults = Limits::default();
        let within =
            |name, text: Option<String>, default: u64, least: u64, most: u64| match text.as_deref().map(parse_size) {
                None => Ok(default),
                Some(Ok(bytes)) if (least..=most).contains(&bytes) => Ok(bytes),
                Some(Ok(_)) => Err(ConfigError(format!("limits.{name}: must be from {least} to {most} bytes"))),
                Some(Err(problem)) => Err(ConfigError(format!("limits.{name}: {problem}"))),
            };
        let size = |name, text, default, most| within(name, text, default, 1, most);
        let number = |name: &str, value: Option<u64>, default: u64, most: u64| {
            Ok::<u64, ConfigError>(bounded(&format!("limits.{name}"), value, 1..=most)?.unwrap_or(default))
        };
        let count = |name: &str, value: Option<usize>, default: usize, most: u64| {
            number(name, value.map(|value| value as u64), default as u64, most).map(|value| value as usize)
        };
        let wall_time = duration("limits.wall_time", self.wall_time).map_err(ConfigError)?;
        let handler_time = duration("limits.handler_time", self.handler_time).map_err(ConfigError)?;
        Ok(Limits {
            fuel: number("fuel", self.fuel, defaults.fuel, MOST_FUEL)?,
            memory_bytes: within("memory", self.memory, defaults.memory_bytes as u64, LEAST_MEMORY, MOST_MEMORY)?
                as usize,
            wall_time: wall_time.unwrap_or(defaults.wall_time),
            output_bytes: size("output", self.output, defaults.output_bytes, 1 << 40)?,
            host_calls: number("host_calls", self.host_calls, defaults.host_calls, u64::MAX / 2)?,
            host_bytes: size("host_bytes", self.host_bytes, defaults.host_bytes, 1 << 40)?,
            tool_calls: number("tool_calls", self.tool_calls, defaults.tool_calls, u64::MAX / 2)?,
            tokens: bounded("limits.token_budget", self.token_budget, 1..=u64::MAX / 2)?,
            cost: money("limits.cost_budget", self.cost_budget).map_err(ConfigError)?,
            handles: count("handles", self.handles, defaults.handles, 100_000)?,
            operations: count("operations", self.operations, defaults.operations, 10_000)?,
            nesting: count("nesting", self.nesting, defaults.nesting, 100)?,
            handler_time: handler_time.unwrap_or(defaults.handler_time),
            host_memory_bytes: size("host_memory", self.host_memory, defaults.host_memory_bytes as u64, 1 << 34)?
                as usize,
            value_bytes: size("value_bytes", self.value_bytes, defaults.value_bytes as u64, 1 << 30)? as usize,
            value_depth: count("value_depth", self.value_depth, defaults.value_depth, 100)?,
            value_nodes: count("value_nodes", self.value_nodes, defaults.value_nodes, 100_000_000)?,
            reply_bytes: size("reply_bytes", self.reply_bytes, defaults.reply_bytes as u64, 1 << 30)? as usize,
        })
    }
}

/// Of all guests together.
const MEMORY_TOTAL: u64 = 4 << 30;

pub fn memory_total(text: Option<String>, limits: &Limits) -> Result<u64, ConfigError> {
    let Some(text) = text else { return Ok(MEMORY_TOTAL.max(limits.memory_bytes as u64)) };
    let problem = |what: String| ConfigError(format!("memory_total: {what}"));
    let bytes = parse_size(&text).map_err(problem)?;
    if bytes < limits.memory_bytes as u64 {
        let one = limits.memory_bytes;
        return Err(problem(format!("{bytes} bytes are less than the {one} that one spell may have (limits.memory)")));
    }
    Ok(bytes)
}

/// The most that a limit can be set to: beyond them something else would give first.
pub const MOST_FUEL: u64 = i64::MAX as u64;
pub const MOST_MEMORY: u64 = 4 << 30;

/// The guests that the binary carries do not start with much less.
pub const LEAST_MEMORY: u64 = 4 << 20;

pub fn bounded(name: &str, value: Option<u64>, range: RangeInclusive<u64>) -> Result<Option<u64>, ConfigError> {
    match value {
        Some(value) if !range.contains(&value) => {
            Err(ConfigError(format!("{name}: must be from {} to {}, not {value}", range.start(), range.end())))
        }
        value => Ok(value),
    }
}

/// Decimal dollars, as text: a number would be a float.
pub fn money(name: &str, text: Option<String>) -> Result<Option<NanoDollars>, String> {
    let read = |text: String| match text.parse() {
        Ok(NanoDollars(0)) => Err(format!("{name}: must be more than 0")),
        Ok(money) => Ok(money),
        Err(problem) => Err(format!("{name}: {problem}")),
    };
    text.map(read).transpose()
}

pub fn duration(name: &str, text: Option<String>) -> Result<Option<Duration>, String> {
    text.map(|text| parse_duration(&text).map_err(|problem| format!("{name}: {problem}"))).transpose()
}

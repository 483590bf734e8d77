//! What the operator decided: from what was written (TOML, the environment) to what it means.
//!
//! The only place that reads configuration files and the environment. Keys are read here and held as secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::nearest::{explain, nearest};
use crate::runtime::guest::{Guest, hash};
use crate::runtime::limits::Limits;
use crate::services::model::{Kind, Models, Provider, Secret, Timeouts};

/// Valid by construction.
#[derive(Clone)]
pub struct Config {
    pub models: Models,
    /// What the file configured, and what is there without it.
    pub providers: Vec<Provider>,
    pub default_provider: String,
    pub limits: Limits,
    /// Patterns of "provider/model" that every spell may use.
    pub granted_models: Vec<String>,
    /// Names of environment variables that every spell may read.
    pub granted_environment: Vec<String>,
    /// How many spells may run at once; the next one waits.
    pub instances: u32,
    /// Guests beside those that the binary carries, by language. They come first.
    pub guests: BTreeMap<String, Guest>,
    /// The file it was read from.
    pub file: Option<PathBuf>,
    /// SHA-256 of its text, in hex.
    pub hash: Option<String>,
    /// Dotted names of what the file set.
    pub set: BTreeSet<String>,
}

/// What is wrong with a configuration, where, and what to do. One line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// Reads one environment variable. Tests give their own.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The provider that is there without being configured.
const OPENAI: &str = "openai";

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawConfig {
    default_provider: Option<String>,
    instances: Option<u32>,
    providers: BTreeMap<String, RawProvider>,
    limits: RawLimits,
    grants: RawGrants,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProvider {
    kind: String,
    base_url: Option<String>,
    api_key_env: Option<String>,
    default_model: Option<String>,
    connect_timeout: Option<String>,
    read_timeout: Option<String>,
    timeout: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawGrants {
    models: Option<Vec<String>>,
    environment: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawLimits {
    fuel: Option<u64>,
    memory: Option<String>,
    wall_time: Option<String>,
    output: Option<String>,
    host_calls: Option<u64>,
    host_bytes: Option<String>,
    handles: Option<usize>,
    operations: Option<usize>,
    value_bytes: Option<String>,
    value_depth: Option<usize>,
    value_nodes: Option<usize>,
    reply_bytes: Option<String>,
}

impl Config {
    /// What holds where nobody configured anything: the provider "openai", with the key in OPENAI_API_KEY.
    pub fn from_environment(environment: Environment<'_>) -> Result<Config, ConfigError> {
        Config::from_toml("", environment)
    }

    /// Reads the file at `path`, or else the one that LLMSPELL_CONFIG names, or else the user's own if there is one.
    ///
    /// Never one in the current folder or beside a spell: who writes there is not the operator.
    pub fn load(path: Option<&Path>, environment: Environment<'_>) -> Result<Config, ConfigError> {
        let named = path.map(PathBuf::from).or_else(|| environment("LLMSPELL_CONFIG").map(PathBuf::from));
        let own =
            || dirs::config_dir().map(|folder| folder.join("llmspell/llmspell.toml")).filter(|file| file.exists());
        let Some(file) = named.or_else(own) else { return Config::from_environment(environment) };
        let at = |problem: &dyn std::fmt::Display| ConfigError(format!("{}: {problem}", file.display()));
        let text = std::fs::read_to_string(&file).map_err(|error| at(&error))?;
        let mut config = Config::from_toml(&text, environment).map_err(|error| at(&error))?;
        config.file = Some(file);
        config.hash = Some(hash(text.as_bytes()));
        Ok(config)
    }

    /// Reads a configuration from its text.
    pub fn from_toml(text: &str, environment: Environment<'_>) -> Result<Config, ConfigError> {
        let raw: RawConfig = toml::from_str(text).map_err(|error| at_line(text, &error))?;
        let limits = raw.limits.read()?;
        let mut providers = Vec::new();
        for (name, provider) in raw.providers {
            let problem = |what: String| ConfigError(format!("[providers.{name}] {what}"));
            providers.push(provider.read(&name, environment).map_err(problem)?);
        }
        if !providers.iter().any(|provider| provider.name == OPENAI) {
            let key = environment("OPENAI_API_KEY").filter(|key| !key.is_empty()).map(Secret::new);
            providers.push(Provider {
                name: OPENAI.into(),
                kind: Kind::OpenAi,
                base_url: None,
                key,
                key_env: Some("OPENAI_API_KEY".into()),
                default_model: None,
                timeouts: Timeouts::default(),
            });
        }
        let names: Vec<&str> = providers.iter().map(|provider| provider.name.as_str()).collect();
        let default_provider = raw.default_provider.unwrap_or_else(|| OPENAI.into());
        if !names.contains(&default_provider.as_str()) {
            let hint = nearest(&default_provider, &names);
            return Err(ConfigError(format!("default_provider: no provider '{default_provider}'{hint}")));
        }
        let models = Models::new(providers.clone(), Some(default_provider.clone()), limits.reply_bytes);
        Ok(Config {
            models: models.map_err(|error| ConfigError(error.to_string()))?,
            providers,
            default_provider,
            limits,
            granted_models: raw.grants.models.unwrap_or_else(|| vec!["*".into()]),
            granted_environment: raw.grants.environment,
            instances: bounded("instances", raw.instances.map(u64::from), 1..=10_000)?.map_or(INSTANCES, |n| n as u32),
            guests: BTreeMap::new(),
            file: None,
            hash: None,
            set: dotted(text),
        })
    }
}

/// Each takes 8 GiB of address space and, when it runs, some memory.
const INSTANCES: u32 = 100;

impl RawProvider {
    fn read(self, name: &str, environment: Environment<'_>) -> Result<Provider, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            return Err("a provider's name is made of letters, digits, '-', '_' and '.'".into());
        }
        let kind: Kind = self
            .kind
            .parse()
            .map_err(|_| format!("kind: unknown kind '{}'{}", self.kind, nearest(&self.kind, Kind::NAMES)))?;
        let key = self.api_key_env.as_deref().and_then(environment).filter(|key| !key.is_empty());
        let defaults = Timeouts::default();
        Ok(Provider {
            name: name.into(),
            kind,
            base_url: self.base_url,
            key: key.map(Secret::new),
            key_env: self.api_key_env,
            default_model: self.default_model,
            timeouts: Timeouts {
                connect: duration("connect_timeout", self.connect_timeout)?.unwrap_or(defaults.connect),
                read: duration("read_timeout", self.read_timeout)?.unwrap_or(defaults.read),
                whole: duration("timeout", self.timeout)?.unwrap_or(defaults.whole),
            },
        })
    }
}

impl RawLimits {
    fn read(self) -> Result<Limits, ConfigError> {
        let defaults = Limits::default();
        let within = |name, text: Option<String>, default: u64, least: u64, most: u64| match text.as_deref().map(parse_size) {
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
        Ok(Limits {
            fuel: number("fuel", self.fuel, defaults.fuel, MOST_FUEL)?,
            memory_bytes: within("memory", self.memory, defaults.memory_bytes as u64, LEAST_MEMORY, MOST_MEMORY)? as usize,
            wall_time: wall_time.unwrap_or(defaults.wall_time),
            output_bytes: size("output", self.output, defaults.output_bytes, 1 << 40)?,
            host_calls: number("host_calls", self.host_calls, defaults.host_calls, u64::MAX / 2)?,
            host_bytes: size("host_bytes", self.host_bytes, defaults.host_bytes, 1 << 40)?,
            handles: count("handles", self.handles, defaults.handles, 100_000)?,
            operations: count("operations", self.operations, defaults.operations, 10_000)?,
            value_bytes: size("value_bytes", self.value_bytes, defaults.value_bytes as u64, 1 << 30)? as usize,
            value_depth: count("value_depth", self.value_depth, defaults.value_depth, 100)?,
            value_nodes: count("value_nodes", self.value_nodes, defaults.value_nodes, 100_000_000)?,
            reply_bytes: size("reply_bytes", self.reply_bytes, defaults.reply_bytes as u64, 1 << 30)? as usize,
        })
    }
}

/// The most that a limit can be set to: beyond them something else would give first.
pub const MOST_FUEL: u64 = i64::MAX as u64;
pub const MOST_MEMORY: u64 = 4 << 30;

/// The guests that the binary carries do not start with much less.
pub const LEAST_MEMORY: u64 = 4 << 20;

fn bounded(name: &str, value: Option<u64>, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, ConfigError> {
    match value {
        Some(value) if !range.contains(&value) => {
            Err(ConfigError(format!("{name}: must be from {} to {}, not {value}", range.start(), range.end())))
        }
        value => Ok(value),
    }
}

fn duration(name: &str, text: Option<String>) -> Result<Option<Duration>, String> {
    text.map(|text| parse_duration(&text).map_err(|problem| format!("{name}: {problem}"))).transpose()
}

/// "30s", "10m", "1h 30m", "250ms"; at least a millisecond and at most a year.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is not a duration such as 250ms, 30s, 10m or 1h");
    let time = humantime::parse_duration(text).map_err(|_| wrong())?;
    let range = Duration::from_millis(1)..=Duration::from_secs(366 * 86_400);
    if range.contains(&time) { Ok(time) } else { Err(format!("'{text}' is not between 1ms and a year")) }
}

/// "64MiB", "512KiB", "2GiB", "100KB", or a plain number of bytes.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("'{text}' is not a size such as 65536, 512KiB, 64MiB or 1GiB");
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)
}

/// toml's message on one line, with the line's number, and with the nearest key for an unknown one.
fn at_line(text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    let message = explain(error.message()).replace('\n', " ");
    ConfigError(line.map_or(message.clone(), |line| format!("line {line}: {message}")))
}

/// The dotted names of all values in a text that is known to be good.
fn dotted(text: &str) -> BTreeSet<String> {
    fn walk(prefix: &str, table: &toml::Table, names: &mut BTreeSet<String>) {
        for (key, value) in table {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::Table(inner) => walk(&name, inner, names),
                _ => drop(names.insert(name)),
            }
        }
    }
    let mut names = BTreeSet::new();
    walk("", &text.parse().unwrap_or_default(), &mut names);
    names
}

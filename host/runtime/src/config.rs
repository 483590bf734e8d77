//! The operator's configuration, from TOML and the environment.
//!
//! The only place that reads configuration files. The environment is handed in: the command line reads it, and other programs
//! decide what they give. Keys are taken from it here and held as secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::guest::Guest;
use llmspell_base::file::{FileKind, read_text};
use llmspell_base::hash::hash;
use llmspell_base::limits::Limits;
use llmspell_base::nearest::{explain, nearest};
use llmspell_base::toml_span::{self, Wrong};
use llmspell_budget::Plans;
use llmspell_capability_network as network;
use llmspell_mcp::Servers;
use llmspell_models::{Kind, Models, Provider};
use llmspell_state::{Place, Quota, Settings};
use llmspell_tools::Engines;

mod raw;
mod server;

pub use llmspell_base::config::{ConfigError, Environment};
pub use llmspell_base::units::{parse_duration, parse_size, parse_wait};
pub use llmspell_state::{STORE_VARIABLE, STORE_WAIT_VARIABLE, StoreFrom};
pub use server::{ServerSettings, parse_listen};

use llmspell_base::config::bounded;
use raw::RawConfig;

/// The operator's configuration, valid by construction.
#[derive(Clone)]
pub struct Config {
    /// The configured models, ready to be asked.
    pub models: Models,
    /// Providers: those of the file, and the built-in ones that it does not name.
    pub providers: Vec<Provider>,
    /// The provider of a model that is named without one.
    pub default_provider: String,
    /// The limits of each run, which a caller can only tighten.
    pub limits: Limits,
    /// Patterns of "provider/model" that every spell may use.
    pub granted_models: Vec<String>,
    /// Patterns of names of the host program's tools that every spell may use.
    pub granted_tools: Vec<String>,
    /// Names of environment variables that every spell may read.
    pub granted_environment: Vec<String>,
    /// Patterns of names of secrets that every spell may use, for their hosts.
    pub granted_secrets: Vec<String>,
    /// What holds for requests of spells to hosts that they are granted.
    pub network: network::Settings,
    /// Who answers searches of the web.
    pub search: Engines,
    /// Servers of the Model Context Protocol, whose tools spells may be granted. Nothing of them runs yet.
    pub mcp: Servers,
    /// Secrets that spells may name and not see.
    pub secrets: network::Secrets,
    /// Whether spells may use what their tenant keeps in the store.
    pub granted_state: bool,
    /// The file of a policy that binds every spell, whatever its caller grants. See [`llmspell_policy`].
    pub operator_policy: Option<PathBuf>,
    /// A folder in which NAME.toml is the policy of tenant NAME.
    pub tenant_policies: Option<PathBuf>,
    /// How many spells may run at once; the next one waits.
    pub instances: u32,
    /// How many of them may be one tenant's.
    pub tenant_runs: u32,
    /// Bytes of memory that all guests together may have; a spell waits until there is room for its own limit.
    pub memory_total: u64,
    /// What tenants may spend in a day and in a month.
    pub budgets: Plans,
    /// Where spells keep what outlives a run. In memory, unless the host program names a place: a library writes nowhere
    /// by itself.
    pub store: Settings,
    /// Where the store's place was named. `None`: nowhere.
    pub store_from: Option<StoreFrom>,
    /// How runs are served over HTTP, where they are.
    pub server: ServerSettings,
    /// Guests beside those that the binary carries, by language. They come first.
    pub guests: BTreeMap<String, Guest>,
    /// The file it was read from.
    pub file: Option<PathBuf>,
    /// SHA-256 of its text, in hex.
    pub hash: Option<String>,
    /// Dotted names of what the file set.
    pub set: BTreeSet<String>,
}

const CONFIGURATION: FileKind<'_> = FileKind { name: "a configuration file", extensions: &["toml"] };

/// Names the configuration file where the command line does not.
const CONFIG_VARIABLE: &str = "LLMSPELL_CONFIG";

/// The default provider where the file names none.
const OPENAI: &str = "openai";

impl Config {
    /// The configuration where there is no file: every known provider, with its key in its own variable.
    pub fn from_environment(environment: Environment<'_>) -> Result<Config, ConfigError> {
        Config::from_toml("", environment)
    }

    /// Reads the file at `path`, or else the one that LLMSPELL_CONFIG names, or else the user's own if there is one.
    ///
    /// Never one in the current folder or beside a spell, where the author of a spell could write.
    pub fn load(path: Option<&Path>, environment: Environment<'_>) -> Result<Config, ConfigError> {
        let named = path.map(PathBuf::from).or_else(|| environment(CONFIG_VARIABLE).map(PathBuf::from));
        let from = if path.is_none() && named.is_some() { " ($LLMSPELL_CONFIG)" } else { "" };
        let own =
            || dirs::config_dir().map(|folder| folder.join("llmspell/llmspell.toml")).filter(|file| file.exists());
        let Some(file) = named.or_else(own) else { return Config::from_environment(environment) };
        let at = |error: ConfigError| ConfigError { file: Some(file.display().to_string()), ..error };
        let text = read_text(&file, CONFIGURATION).map_err(|error| at(ConfigError::new(format!("{error}{from}"))))?;
        let mut config = Config::from_toml(&text, environment).map_err(at)?;
        // Beside the configuration, wherever the program was started.
        let beside = |path: PathBuf| file.parent().map_or(path.clone(), |folder| folder.join(&path));
        config.operator_policy = config.operator_policy.map(beside);
        config.tenant_policies = config.tenant_policies.map(beside);
        config.file = Some(file);
        config.hash = Some(hash(text.as_bytes()));
        Ok(config)
    }

    /// Reads a configuration from its text.
    pub fn from_toml(text: &str, environment: Environment<'_>) -> Result<Config, ConfigError> {
        Config::read(text, environment).map_err(|error| error.within(text))
    }

    fn read(text: &str, environment: Environment<'_>) -> Result<Config, ConfigError> {
        let at = |(span, problem): Wrong| {
            let (line, column) = toml_span::position(text, span.start);
            ConfigError { line, column, ..ConfigError::new(problem.replace('\n', " ")) }
        };
        // First, as it knows what a limit may be, and serde does not.
        let limits = raw::limits(text).map_err(at)?;
        let raw: RawConfig =
            toml::from_str(text).map_err(|error| at((error.span().unwrap_or_default(), explain(error.message()))))?;
        let secrets = raw.secrets.into_iter().map(|(name, secret)| secret.read(&name, environment));
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        let mcp = Servers::new(llmspell_mcp::read_all(raw.mcp, environment)?);
        let mut providers = Vec::new();
        for (name, provider) in raw.providers {
            let problem = |what: String| ConfigError::new(format!("[providers.{name}] {what}"));
            providers.push(provider.read(&name, environment).map_err(problem)?);
        }
        for kind in Kind::ALL {
            if !providers.iter().any(|provider| provider.name == kind.name()) {
                providers.push(llmspell_models::builtin(*kind, environment));
            }
        }
        let names: Vec<&str> = providers.iter().map(|provider| provider.name.as_str()).collect();
        let chosen = raw.default_provider;
        let default_provider = chosen.clone().unwrap_or_else(|| OPENAI.into());
        if !names.contains(&default_provider.as_str()) {
            let hint = nearest(&default_provider, &names);
            return Err(ConfigError::new(format!("default_provider: no provider '{default_provider}'{hint}")));
        }
        let (store, store_from) = raw.state.read(environment)?;
        let models = Models::new(providers.clone(), chosen, limits.reply_bytes);
        let tenant_requests = bounded("tenant_requests", raw.tenant_requests, 1..=10_000)?.map(|count| count as usize);
        let instances = bounded("instances", raw.instances.map(u64::from), 1..=10_000)?.map_or(INSTANCES, |n| n as u32);
        let tenant_runs = bounded("tenant_runs", raw.tenant_runs.map(u64::from), 1..=10_000)?;
        Ok(Config {
            models: models.map_err(|error| ConfigError::new(error.to_string()))?.with_tenant_requests(tenant_requests),
            providers,
            default_provider,
            granted_models: raw.grants.models.unwrap_or_else(|| vec!["*".into()]),
            granted_tools: raw.grants.tools.unwrap_or_else(|| vec!["*".into()]),
            granted_environment: raw.grants.environment,
            granted_secrets: raw.grants.secrets.unwrap_or_else(|| vec!["*".into()]),
            network: raw.network.read()?,
            search: raw.search.read(environment)?,
            mcp,
            secrets: network::Secrets::new(secrets),
            granted_state: raw.grants.state.unwrap_or(true),
            instances,
            tenant_runs: tenant_runs.map_or((instances / 4).max(1), |runs| runs as u32),
            memory_total: raw::memory_total(raw.memory_total, &limits)?,
            budgets: raw.budgets.read().map_err(ConfigError::new)?,
            limits,
            store,
            store_from,
            operator_policy: raw.policy.operator,
            tenant_policies: raw.policy.tenants,
            server: raw.server.read()?,
            guests: BTreeMap::new(),
            file: None,
            hash: None,
            set: dotted(text),
        })
    }
}

impl Config {
    /// Changes where state is kept. Quotas that the file does not set become the defaults of that place.
    pub fn keep_state_in(&mut self, place: Place) {
        let (own, quota) = (self.store.quota, Quota::of(&place));
        let or = |name: &str, own, other| if self.set.contains(name) { own } else { other };
        self.store.quota = Quota {
            bytes: or("state.tenant_bytes", own.bytes, quota.bytes),
            keys: or("state.tenant_keys", own.keys, quota.keys),
            backups: or("state.tenant_backups", own.backups, quota.backups),
            artifact_bytes: own.artifact_bytes,
        };
        self.store.place = place;
    }
}

/// Each takes 8 GiB of address space and, when it runs, some memory.
const INSTANCES: u32 = 100;

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

#[cfg(test)]
mod tests;

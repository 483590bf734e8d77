//! The flags that several commands share, from what was written to what it means.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use llmspell_wasm::model::{Models, Script};
use llmspell_wasm::{Config, Grants, config, guest};

/// Where the configuration is.
#[derive(clap::Args)]
pub struct ConfigFlag {
    /// Read this configuration instead of $LLMSPELL_CONFIG or the one in the user's config folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Raise or tighten what the configuration allows.
#[derive(clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitFlags {
    /// Units of fuel, about one a wasm instruction: plain or with k, M or G
    #[arg(long, value_name = "N", value_parser = parse_fuel, allow_hyphen_values = true)]
    fuel: Option<u64>,
    /// Memory of the guest, such as 64MiB
    #[arg(long, value_name = "SIZE", value_parser = parse_memory, allow_hyphen_values = true)]
    memory: Option<usize>,
    /// Wall time, such as 30s or 10m
    #[arg(long, value_name = "DURATION", value_parser = config::parse_duration, allow_hyphen_values = true)]
    timeout: Option<Duration>,
}

/// Who answers instead of the configured providers.
#[derive(clap::Args)]
#[command(next_help_heading = "Models")]
pub struct ModelFlags {
    /// Ask this model, whatever the spell names: "provider/model", or a model of the default provider
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Ask nobody: a double answers, and says that it is one
    #[arg(long, conflicts_with = "model_script")]
    offline: bool,
    /// Ask nobody: play these replies, a line of JSON each
    #[arg(long, value_name = "FILE")]
    model_script: Option<PathBuf>,
}

impl ConfigFlag {
    pub fn load(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref(), &|name| std::env::var(name).ok())?;
        // Each takes gigabytes of address space, and the command line runs one at a time.
        config.instances = 1;
        Ok(config)
    }
}

impl LimitFlags {
    /// The user at a prompt is the operator, so a flag may also raise what the configuration says.
    pub fn apply(&self, config: &mut Config) -> BTreeSet<&'static str> {
        let limits = &mut config.limits;
        let mut set = BTreeSet::new();
        let mut flag = |name, given: bool| given && set.insert(name);
        if flag("fuel", self.fuel.is_some()) {
            limits.fuel = self.fuel.unwrap_or(limits.fuel);
        }
        if flag("memory_bytes", self.memory.is_some()) {
            limits.memory_bytes = self.memory.unwrap_or(limits.memory_bytes);
        }
        if flag("wall_time_ms", self.timeout.is_some()) {
            limits.wall_time = self.timeout.unwrap_or(limits.wall_time);
        }
        set
    }
}

impl ModelFlags {
    /// Puts the double in place. Gives the model that is asked instead of what the spell names.
    pub fn apply(&self, config: &mut Config, grants: &mut Grants) -> anyhow::Result<Option<String>> {
        if self.offline {
            config.models = Models::offline();
        }
        if let Some(file) = &self.model_script {
            let text =
                llmspell_wasm::config::read_text(file).with_context(|| format!("--model-script {}", file.display()))?;
            config.models = Models::scripted(Script::parse(&text).with_context(|| file.display().to_string())?);
        }
        if config.models.double().is_some() {
            // Grants protect what a model costs and what it is told; a double costs and tells nothing.
            grants.models = vec!["*".into()];
        }
        if let Some(model) = &self.model {
            config.models.resolve(None, Some(model)).with_context(|| format!("--model {model}"))?;
        }
        Ok(self.model.clone())
    }
}

/// What the configuration grants, and the environment variables that were named at the prompt.
pub fn grants(config: &Config, allowed: &[String]) -> anyhow::Result<Grants> {
    let mut environment = BTreeMap::new();
    for name in config.granted_environment.iter().chain(allowed) {
        if let Some(provider) = config.providers.iter().find(|one| one.key_env.as_ref() == Some(name)) {
            bail!("{name} can't be granted: it holds the key of provider '{}', which no spell may have", provider.name);
        }
        let value = match std::env::var(name) {
            Ok(value) => Some(value),
            Err(std::env::VarError::NotPresent) => None,
            Err(std::env::VarError::NotUnicode(_)) => bail!("{name} can't be granted: its value is not UTF-8"),
        };
        environment.insert(name.clone(), value);
    }
    let (models, tools) = (config.granted_models.clone(), config.granted_tools.clone());
    Ok(Grants { models, tools, environment, modules: true, state: config.granted_state })
}

/// `K=V`.
pub fn parse_parameter(text: &str) -> anyhow::Result<(String, String)> {
    match text.split_once('=') {
        Some(("", _)) | None => Err(anyhow!("a parameter is written NAME=VALUE")),
        Some((name, value)) => Ok((name.into(), value.into())),
    }
}

/// The name of an environment variable.
pub fn parse_variable(text: &str) -> anyhow::Result<String> {
    if text.is_empty() || text.contains(['=', '\0']) {
        bail!("not the name of an environment variable; its value is taken from the environment");
    }
    Ok(text.into())
}

pub fn parse_tenant(text: &str) -> anyhow::Result<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.len() > 64 || !text.chars().all(plain) {
        bail!("a tenant's name is 1 to 64 letters, digits, '-', '_' and '.'");
    }
    Ok(text.into())
}

/// The name of a language that this binary knows.
pub fn parse_language(text: &str) -> anyhow::Result<guest::Language> {
    let names = || guest::LANGUAGES.iter().map(|one| one.name).collect::<Vec<_>>().join(", ");
    guest::Language::named(text).ok_or_else(|| anyhow!("no language of this name; known are: {}", names()))
}

/// The language of a file, by its extension.
pub fn language_of(file: &Path) -> anyhow::Result<guest::Language> {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    guest::Language::of_extension(extension).ok_or_else(|| {
        let known: Vec<String> =
            guest::LANGUAGES.iter().flat_map(|one| one.extensions).map(|known| format!(".{known}")).collect();
        anyhow!("{}: its extension tells no language; known are: {} (or say --lang)", file.display(), known.join(", "))
    })
}

fn parse_fuel(text: &str) -> anyhow::Result<u64> {
    let (digits, factor) = match text.char_indices().last() {
        Some((at, 'k')) => (text.get(..at), 1_000),
        Some((at, 'M')) => (text.get(..at), 1_000_000),
        Some((at, 'G')) => (text.get(..at), 1_000_000_000),
        _ => (Some(text), 1),
    };
    let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number = digits.and_then(|digits| digits.parse::<u64>().ok()).and_then(|number| number.checked_mul(factor));
    number
        .filter(|number| (1..=config::MOST_FUEL).contains(number))
        .ok_or_else(|| anyhow!("fuel is a number from 1 to {}, such as 500000, 500M or 2G", config::MOST_FUEL))
}

fn parse_memory(text: &str) -> anyhow::Result<usize> {
    let bytes = config::parse_size(text).map_err(anyhow::Error::msg)?;
    if !(config::LEAST_MEMORY..=config::MOST_MEMORY).contains(&bytes) {
        bail!("memory is from {} to {} MiB", config::LEAST_MEMORY >> 20, config::MOST_MEMORY >> 20);
    }
    Ok(usize::try_from(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_has_a_suffix_and_bounds() {
        for (text, number) in [("1", 1), ("7k", 7_000), ("3M", 3_000_000), ("2G", 2_000_000_000)] {
            assert_eq!(parse_fuel(text).unwrap(), number);
        }
        for text in ["", "0", "-1", "+1", "1.5G", "G", "1T", "1 G", "99999999999G", "9223372036854775808", "１"] {
            assert!(parse_fuel(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn memory_is_never_nothing_and_never_without_end() {
        assert_eq!(parse_memory("64MiB").unwrap(), 64 << 20);
        for text in ["0", "-1", "3MiB", "4097MiB", "99999999999999999999", "much"] {
            assert!(parse_memory(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_tenants_name_is_fit_for_a_file_name_and_a_log() {
        assert!(parse_tenant("acme-1_b.c").is_ok());
        for text in ["", "a b", "a/b", "é", &"x".repeat(65)] {
            assert!(parse_tenant(text).is_err(), "{text:?}");
        }
    }
}

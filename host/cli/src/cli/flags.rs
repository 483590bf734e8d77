//! The flags that several commands share.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use llmspell_wasm::file::{FileKind, read_text};
use llmspell_wasm::from_hex;
use llmspell_wasm::limits_table::{self, Row, Unit};
use llmspell_wasm::model::{Models, Script};
use llmspell_wasm::policy::{Glob, Right};
use llmspell_wasm::{Config, Grants, Limit, Limits};

use super::patience::Patience;

/// Which configuration file to read.
#[derive(clap::Args)]
pub struct ConfigFlag {
    /// Read this configuration instead of $LLMSPELL_CONFIG or the one in the user's config folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Raise or tighten what the configuration allows: a flag for each row of [`limits_table::ROWS`].
pub struct LimitFlags(Vec<(&'static Row, u64)>);

impl clap::FromArgMatches for LimitFlags {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<LimitFlags, clap::Error> {
        let given = |row: &'static Row| matches.get_one::<u64>(row.name).map(|value| (row, *value));
        Ok(LimitFlags(limits_table::ROWS.iter().filter_map(given).collect()))
    }
    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        *self = LimitFlags::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for LimitFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        let flag = |row: &'static Row| {
            let unit = match row.unit {
                Unit::Fuel | Unit::Number => "N",
                Unit::Size => "SIZE",
                Unit::Time => "DURATION",
                Unit::Money => "DOLLARS",
            };
            clap::Arg::new(row.name)
                .long(row.name)
                .value_name(unit)
                .help(row.help)
                .value_parser(|text: &str| row.parse(text))
                .allow_hyphen_values(true)
                .hide_short_help(!row.is_common)
        };
        command.next_help_heading("Limits").args(limits_table::ROWS.iter().map(flag))
    }
    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        LimitFlags::augment_args(command)
    }
}

/// What answers in place of the configured providers.
#[derive(clap::Args)]
#[command(next_help_heading = "Models")]
pub struct ModelFlags {
    /// Use this model, whichever the spell names: "provider/model", or a model of the default provider
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Call no provider: a stand-in answers for every model, and says that it is one
    #[arg(long, conflicts_with = "model_script")]
    offline: bool,
    /// Call no provider: answer with the replies in this file, a line of JSON each
    #[arg(long, value_name = "FILE")]
    model_script: Option<PathBuf>,
}

impl ConfigFlag {
    pub fn load(&self) -> anyhow::Result<Config> {
        self.load_within(None)
    }

    /// Waits so long for a pipe, or as long as a run may take that nothing is said of.
    pub fn load_within(&self, wait: Option<Duration>) -> anyhow::Result<Config> {
        let file = self.config.iter().map(|path| ("--config", path.as_path()));
        let _patience = Patience::begin(file, wait.unwrap_or(Limits::default().wall_time));
        let mut config = Config::load(self.config.as_deref(), &|name| std::env::var(name).ok())?;
        // Each takes gigabytes of address space, and the command line runs one at a time.
        config.instances = 1;
        Ok(config)
    }
}

impl ModelFlags {
    /// The file with the replies of models.
    pub fn script(&self) -> Option<&Path> {
        self.model_script.as_deref()
    }
}

impl LimitFlags {
    /// The wall time that was asked for.
    pub fn timeout(&self) -> Option<Duration> {
        let given = self.0.iter().find(|(row, _)| row.ends.is_some_and(|(limit, _)| limit == Limit::WallTime));
        given.map(|(_, milliseconds)| Duration::from_millis(*milliseconds))
    }

    /// The user at a prompt is the operator, so a flag may also raise what the configuration says. Gives the names of
    /// what was set.
    pub fn apply(&self, config: &mut Config) -> BTreeSet<&'static str> {
        self.0.iter().for_each(|(row, value)| (row.set)(&mut config.limits, *value));
        self.0.iter().map(|(row, _)| row.name).collect()
    }

    /// The flags that a policy does not leave room for, a line each.
    pub fn refused(&self, holds: &Limits) -> Vec<String> {
        let refused = self.0.iter().filter_map(|(row, value)| {
            let now = (row.get)(holds).filter(|now| now < value)?;
            Some(format!("--{} {}: a policy limits it to {}", row.name, row.write(*value), row.write(now)))
        });
        refused.collect()
    }
}

impl ModelFlags {
    /// Puts the double in place. Gives the model that is asked instead of what the spell names.
    pub fn apply(&self, config: &mut Config, grants: &mut Grants) -> anyhow::Result<Option<String>> {
        if self.offline {
            config.models = Models::offline();
        }
        if let Some(file) = &self.model_script {
            let kind =
                FileKind { name: "a file of replies, a line of JSON each", extensions: &["jsonl", "ndjson", "json"] };
            let text = read_text(file, kind).with_context(|| format!("--model-script {}", file.display()))?;
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

/// `K=V`.
pub fn parse_parameter(text: &str) -> anyhow::Result<(String, String)> {
    match text.split_once('=') {
        Some(("", _)) | None => Err(anyhow!("a parameter is written NAME=VALUE")),
        Some((name, value)) => Ok((name.into(), value.into())),
    }
}

/// The name of an environment variable, or a pattern of names, as a policy's `[env]` takes it.
pub fn parse_variable(text: &str) -> anyhow::Result<String> {
    if text.contains('=') {
        bail!("not the name of an environment variable; its value is taken from the environment");
    }
    let separated = text.contains([',', ';', ' ']);
    let hint = if separated { "; give the flag once for each variable" } else { "" };
    Glob::parse(Right::VARIABLE, text, true).map_err(|problem| anyhow!("{problem}{hint}"))?;
    Ok(text.into())
}

/// A digest as a refused call tells it.
pub fn parse_digest(text: &str) -> anyhow::Result<String> {
    if from_hex(text).is_none() {
        bail!("a digest is 64 digits of 0-9 and a-f, as the refusal of a call tells it");
    }
    Ok(text.into())
}

/// The id of a session.
pub fn parse_session(text: &str) -> anyhow::Result<String> {
    llmspell_wasm::state::check_session_id(text)?;
    Ok(text.into())
}

pub fn parse_tenant(text: &str) -> anyhow::Result<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if text.is_empty() || text.len() > 64 || !text.chars().all(plain) {
        bail!("a tenant's name is 1 to 64 letters, digits, '-', '_' and '.'");
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_no_variable_is_refused() {
        for text in ["HOME", "LLM_*", "my.variable-1"] {
            assert!(parse_variable(text).is_ok(), "{text}");
        }
        for (text, part) in [
            ("", "is empty"),
            ("*", "the whole environment"),
            ("*_KEY", "say how it begins"),
            ("HOME,LLM_MODEL", "give the flag once for each"),
            ("A B", "give the flag once for each"),
            ("A=b", "not the name of an environment variable"),
            ("OPENAI_API_KEY", "holds the key of a provider"),
            ("A$B", "can't be used"),
        ] {
            let error = parse_variable(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
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

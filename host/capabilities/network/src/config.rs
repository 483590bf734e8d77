//! `[network]` and `[secrets]` of the configuration.

use std::time::Duration;

use llmspell_base::config::{ConfigError, Environment, bounded, duration};
use llmspell_base::units::parse_size;
use llmspell_models::Secret;
use llmspell_policy::{Glob, Right};
use serde::Deserialize;

use crate::resolve::Resolver;
use crate::secrets::{Form, LEAST, SecretEntry};

/// What holds for all requests of all spells.
#[derive(Debug, Clone)]
pub struct Settings {
    /// To the beginning of a response, and to the end of one that is read whole. A request may ask for less.
    pub timeout: Duration,
    /// To one address.
    pub connect_timeout: Duration,
    /// Bytes of the body of a request.
    pub max_request: u64,
    /// Bytes of the body of a response, unpacked.
    pub max_response: u64,
    /// How many redirects are followed.
    pub redirects: u32,
    /// Requests of one tenant, redirects included.
    pub requests_per_minute: u32,
    /// How names are resolved.
    pub resolver: Resolver,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_request: 8 << 20,
            max_response: 8 << 20,
            redirects: 10,
            requests_per_minute: 600,
            resolver: Resolver::default(),
        }
    }
}

/// `[network]` as it is parsed, before its values are checked.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct RawNetwork {
    timeout: Option<String>,
    connect_timeout: Option<String>,
    max_request: Option<String>,
    max_response: Option<String>,
    redirects: Option<u64>,
    requests_per_minute: Option<u64>,
}

impl RawNetwork {
    /// Checks the values.
    pub fn read(self) -> Result<Settings, ConfigError> {
        let usual = Settings::default();
        let time =
            |name: &str, text: Option<String>| duration(&format!("network.{name}"), text).map_err(ConfigError::new);
        let size = |name: &str, text: Option<String>| {
            let name = format!("network.{name}");
            let bytes = text.as_deref().map(parse_size).transpose();
            bounded(&name, bytes.map_err(|what| ConfigError::new(format!("{name}: {what}")))?, 1..=1 << 40)
        };
        let redirects = bounded("network.redirects", self.redirects, 0..=100)?;
        let rate = bounded("network.requests_per_minute", self.requests_per_minute, 1..=1_000_000)?;
        Ok(Settings {
            timeout: time("timeout", self.timeout)?.unwrap_or(usual.timeout),
            connect_timeout: time("connect_timeout", self.connect_timeout)?.unwrap_or(usual.connect_timeout),
            max_request: size("max_request", self.max_request)?.unwrap_or(usual.max_request),
            max_response: size("max_response", self.max_response)?.unwrap_or(usual.max_response),
            redirects: redirects.and_then(|count| count.try_into().ok()).unwrap_or(usual.redirects),
            requests_per_minute: rate.and_then(|count| count.try_into().ok()).unwrap_or(usual.requests_per_minute),
            resolver: usual.resolver,
        })
    }
}

/// An entry of `[secrets]` as it is parsed: `{env = "GITHUB_TOKEN", to = ["api.github.com"], as = "bearer"}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSecret {
    env: String,
    to: Vec<String>,
    #[serde(default, rename = "as")]
    form: Form,
}

impl RawSecret {
    /// Checks the entry, and takes the secret from the environment.
    pub fn read(self, name: &str, environment: Environment<'_>) -> Result<SecretEntry, ConfigError> {
        let wrong = |key: &str, what: String| ConfigError::new(format!("secrets.{name}{key}: {what}"));
        Glob::parse(Right::SECRET, name, false).map_err(|what| wrong("", what))?;
        if name.contains('*') {
            return Err(wrong("", "a secret's name has no '*'".into()));
        }
        if self.env.is_empty() || self.env.contains(['=', '\0']) {
            return Err(wrong(".env", "is the name of the environment variable that holds it".into()));
        }
        if self.to.is_empty() {
            return Err(wrong(".to", "names no host: write to = [\"api.example.org\"]".into()));
        }
        let host = |text: String| match text.as_str() {
            "*" => Err(wrong(".to", "'*' would send it to everybody: name the hosts".into())),
            text => Glob::parse(Right::NETWORK, text, true).map_err(|what| wrong(".to", what)),
        };
        let to = self.to.into_iter().map(host).collect::<Result<Vec<Glob>, _>>()?;
        let value = environment(&self.env).filter(|value| !value.is_empty());
        if let Some(value) = &value {
            if value.len() < LEAST {
                let what =
                    format!("${} has fewer than {LEAST} characters: it could not be told from other texts", self.env);
                return Err(wrong("", what));
            }
            if !value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') || value.trim() != value {
                return Err(wrong(
                    "",
                    format!("${} holds a line break, a space at an end or what is not ASCII", self.env),
                ));
            }
            if self.form == Form::Basic && !value.contains(':') {
                return Err(wrong(".as", format!("\"basic\" wants NAME:PASSWORD in ${}", self.env)));
            }
        }
        Ok(SecretEntry {
            name: name.into(),
            value: value.map(Secret::confidential),
            env: self.env,
            to,
            form: self.form,
        })
    }
}

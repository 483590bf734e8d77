//! Providers from the configuration, and those that exist without it.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use llmspell_base::config::{Environment, duration};
use llmspell_base::nearest::nearest;
use llmspell_base::toml_span::shown;

use crate::http::KEY_HEADERS;
use crate::model_facts::{RawModelFacts, price, tokens};
use crate::provider::{Api, Provider, Retries, Timeouts};
use crate::secret::Secret;
use llmspell_base::provider_kind::Kind;

/// One entry of `[providers]` as it is parsed, before its values are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProvider {
    kind: Option<String>,
    base_url: Option<String>,
    allow_plain_http: Option<bool>,
    api_key_env: Option<String>,
    default_model: Option<String>,
    api: Option<String>,
    connect_timeout: Option<String>,
    first_byte_timeout: Option<String>,
    read_timeout: Option<String>,
    timeout: Option<String>,
    attempts: Option<u32>,
    retry_wait: Option<String>,
    longest_retry_wait: Option<String>,
    requests: Option<usize>,
    input_price: Option<String>,
    output_price: Option<String>,
    max_tokens: Option<u64>,
    stream: Option<bool>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    models: BTreeMap<String, RawModelFacts>,
}

/// The most that these can be set to: more is a mistake.
const MOST_ATTEMPTS: u32 = 20;
const MOST_REQUESTS: usize = 10_000;

impl RawProvider {
    /// Checks the values; `name` is the entry's key, `environment` reads the variable that holds the API key. An error
    /// is one line that begins with the key in the entry, such as "timeout: ...".
    pub fn read(self, name: &str, environment: Environment<'_>) -> Result<Provider, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            return Err("a provider's name is made of letters, digits, '-' and '_'".into());
        }
        // An entry "anthropic" is of that kind.
        let kind = self.kind.as_deref().unwrap_or(name);
        let kind: Kind = kind.parse().map_err(|()| match self.kind {
            Some(_) => format!("kind: unknown kind '{kind}'{}", nearest(kind, Kind::NAMES)),
            None => format!("needs a kind, as '{name}' is none; known are: {}", Kind::NAMES.join(", ")),
        })?;
        let api: Option<Api> = match &self.api {
            Some(_) if kind != Kind::OpenAi => return Err("api: only kind \"openai\" has more than one".into()),
            Some(text) => Some(
                text.parse()
                    .map_err(|()| format!("api: unknown api '{}'{}", shown(text), nearest(text, Api::NAMES)))?,
            ),
            None => None,
        };
        // A key goes to the kind's own host, or where the operator sends it by name.
        let own = kind.key_env().filter(|_| self.base_url.is_none()).map(str::to_owned);
        let key_env = self.api_key_env.or(own);
        let key = key_env.as_deref().and_then(environment).filter(|key| !key.is_empty());
        let mut models = BTreeMap::new();
        for (model, facts) in self.models {
            let facts = facts.read().map_err(|what| format!("models.\"{}\": {what}", shown(&model)))?;
            models.insert(model, facts);
        }
        let (timeouts, retries) = (Timeouts::default(), Retries::default());
        Ok(Provider {
            name: name.into(),
            base_url: self.base_url,
            allow_plain_http: self.allow_plain_http.unwrap_or(false),
            key: key.map(Secret::new),
            key_env,
            default_model: self.default_model,
            api,
            timeouts: Timeouts {
                connect: duration("connect_timeout", self.connect_timeout)?.unwrap_or(timeouts.connect),
                first_byte: duration("first_byte_timeout", self.first_byte_timeout)?.unwrap_or(timeouts.first_byte),
                read: duration("read_timeout", self.read_timeout)?.unwrap_or(timeouts.read),
                whole: duration("timeout", self.timeout)?.unwrap_or(timeouts.whole),
            },
            retries: Retries {
                attempts: within("attempts", self.attempts, MOST_ATTEMPTS)?.unwrap_or(retries.attempts),
                first: duration("retry_wait", self.retry_wait)?.unwrap_or(retries.first),
                longest: duration("longest_retry_wait", self.longest_retry_wait)?.unwrap_or(retries.longest),
                seed: None,
            },
            requests: within("requests", self.requests, MOST_REQUESTS)?.unwrap_or(Provider::new(kind).requests),
            price: price(self.input_price, self.output_price)?,
            max_tokens: tokens("max_tokens", self.max_tokens)?,
            stream: self.stream.unwrap_or(true),
            headers: headers(self.headers)?,
            models,
            is_builtin: false,
            ..Provider::new(kind)
        })
    }
}

/// Headers that every request carries. They stand in the file, so that none is a key; those that the request itself needs
/// stay what they are.
fn headers(raw: BTreeMap<String, String>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in raw {
        let wrong = |why: &str| format!("headers: '{}' {why}", shown(&name));
        let known = HeaderName::try_from(name.as_str()).map_err(|_| wrong("is no name of a header"))?;
        if KEY_HEADERS.contains(&known.as_str()) {
            return Err(wrong("carries a key: name its variable in api_key_env"));
        }
        if OWN_HEADERS.contains(&known.as_str()) {
            return Err(wrong("is set by each request itself"));
        }
        headers.insert(known, HeaderValue::try_from(value).map_err(|_| wrong("has a value that no header can carry"))?);
    }
    Ok(headers)
}

/// What a request says of itself.
const OWN_HEADERS: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn within<N: PartialOrd + From<u8> + std::fmt::Display>(
    name: &str,
    value: Option<N>,
    most: N,
) -> Result<Option<N>, String> {
    match value {
        Some(value) if value < N::from(1) || value > most => {
            Err(format!("{name}: must be from 1 to {most}, not {value}"))
        }
        value => Ok(value),
    }
}

/// The provider that is there without being configured: its key, or where it listens, stands in the environment.
pub fn builtin(kind: Kind, environment: Environment<'_>) -> Provider {
    let mut provider = Provider::new(kind);
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    provider.key = provider.key_env.as_deref().and_then(set).map(Secret::new);
    if kind == Kind::Ollama {
        provider.base_url = set("OLLAMA_HOST").map(|host| ollama_url(&host));
    }
    provider
}

/// OLLAMA_HOST is what the server listens on: a host, a port or both, with or without a scheme.
fn ollama_url(host: &str) -> String {
    let (scheme, rest) = host.trim().split_once("://").unwrap_or(("http", host.trim()));
    let (rest, path) = rest.split_once('/').map_or((rest, ""), |(rest, path)| (rest, path));
    let (name, port) = match rest.rsplit_once(':') {
        // An IPv6 address alone.
        Some((name, _)) if name.contains(':') && !name.ends_with(']') => (rest.to_owned(), "11434"),
        Some((name, port)) => (name.to_owned(), port),
        None => (rest.to_owned(), "11434"),
    };
    let name = match name.as_str() {
        // It listens everywhere, so here as well.
        "" | "0.0.0.0" => "127.0.0.1",
        "[::]" | "::" => "[::1]",
        name => name,
    };
    let name = if name.contains(':') && !name.starts_with('[') { format!("[{name}]") } else { name.to_owned() };
    format!("{scheme}://{name}:{port}/{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ollamas_host_is_read_as_ollama_reads_it() {
        for (host, url) in [
            ("127.0.0.1", "http://127.0.0.1:11434/"),
            ("localhost:1234", "http://localhost:1234/"),
            (":1234", "http://127.0.0.1:1234/"),
            ("0.0.0.0", "http://127.0.0.1:11434/"),
            ("[::1]:1234", "http://[::1]:1234/"),
            ("::1", "http://[::1]:11434/"),
            ("https://ollama.example.com:443/base", "https://ollama.example.com:443/base"),
        ] {
            assert_eq!(ollama_url(host), url, "{host}");
        }
    }
}

//! A provider as the operator configured it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use http::HeaderMap;
use reqwest::Url;

use crate::error::ModelError;
use crate::model_facts::ModelFacts;
use crate::model_name::check_name;
use crate::secret::Secret;
use llmspell_base::money::Price;
use llmspell_base::provider_kind::Kind;

/// The timeouts of one request.
#[derive(Clone, Debug)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// The wait for the first byte of a reply. A model thinks before it.
    pub first_byte: Duration,
    /// The longest silence after it.
    pub read: Duration,
    /// From the start of a request to the last byte of its reply, repetitions included.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        let seconds = Duration::from_secs;
        Timeouts { connect: seconds(10), first_byte: seconds(300), read: seconds(120), whole: seconds(600) }
    }
}

/// How a request is repeated that failed before its reply began.
#[derive(Clone, Debug)]
pub struct Retries {
    /// How often a server is asked at most; 1: never again.
    pub attempts: u32,
    /// The first wait. The next ones are twice as long each, up to `longest`; random jitter adds up to as much again.
    pub first: Duration,
    /// A server that asks to be left alone for longer than this is not waited for.
    pub longest: Duration,
    /// Chance that repeats, for tests.
    pub seed: Option<u64>,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries { attempts: 3, first: Duration::from_millis(500), longest: Duration::from_secs(30), seed: None }
    }
}

/// Which of OpenAI's two APIs is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The Responses API.
    Responses,
    /// The Chat Completions API.
    Chat,
}

impl Api {
    /// The names that the configuration may use.
    pub const NAMES: &[&str] = &["responses", "chat"];
}

impl FromStr for Api {
    type Err = ();

    fn from_str(text: &str) -> Result<Api, ()> {
        match text {
            "responses" => Ok(Api::Responses),
            "chat" => Ok(Api::Chat),
            _ => Err(()),
        }
    }
}

/// One entry of the operator's configuration, or a provider that is there without one.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The name by which models refer to it: not empty, without a slash.
    pub name: String,
    /// The API that it speaks.
    pub kind: Kind,
    /// Instead of the kind's official endpoint. Such a server may do without a key. Plain http is for loopback only.
    pub base_url: Option<String>,
    /// Plain http to any host: prompts and the key travel in the clear.
    pub allow_plain_http: bool,
    /// The API key, if there is one.
    pub key: Option<Secret>,
    /// The variable that holds the key: messages name it. Naming one makes the key a must, also with a `base_url`.
    pub key_env: Option<String>,
    /// The model that is asked where none is named.
    pub default_model: Option<String>,
    /// Which API a server of kind OpenAI is asked by. By default it is Responses for OpenAI itself, Chat Completions for others.
    pub api: Option<Api>,
    /// How long a request may take.
    pub timeouts: Timeouts,
    /// How a failed request is repeated.
    pub retries: Retries,
    /// How many requests may be under way at once.
    pub requests: usize,
    /// What its models cost, where the operator says so: in place of the list prices, which compatible servers have none of.
    pub price: Option<Price>,
    /// The output tokens that are asked for where a request does not say how many.
    pub max_tokens: Option<u64>,
    /// Whether replies are streamed where that is asked for. If not, they come whole, as one piece.
    pub stream: bool,
    /// Sent with each request, beside its own.
    pub headers: HeaderMap,
    /// What the operator says of single models, by their names at the provider.
    pub models: BTreeMap<String, ModelFacts>,
    /// Whether it exists without an entry in the configuration, by its kind alone.
    pub is_builtin: bool,
    /// Why it can't be asked, where that is no reason to do without the other providers.
    pub unusable: Option<String>,
}

/// The requests that a provider gets at once.
pub(crate) const REQUESTS: usize = 32;

impl Provider {
    /// A provider of the kind at its own endpoint, with no key yet.
    pub fn new(kind: Kind) -> Provider {
        Provider {
            name: kind.name().to_owned(),
            kind,
            base_url: None,
            allow_plain_http: false,
            key: None,
            key_env: kind.key_env().map(str::to_owned),
            default_model: None,
            api: None,
            timeouts: Timeouts::default(),
            retries: Retries::default(),
            requests: REQUESTS,
            price: None,
            max_tokens: None,
            stream: true,
            headers: HeaderMap::new(),
            models: BTreeMap::new(),
            is_builtin: true,
            unusable: None,
        }
    }

    /// What the operator says that a model costs.
    pub(crate) fn price_of(&self, model: &str) -> Option<Price> {
        self.models.get(model).and_then(|facts| facts.price).or(self.price)
    }

    /// The output tokens of a request that does not say how many, where the operator does.
    pub(crate) fn max_tokens_of(&self, model: &str) -> Option<u64> {
        self.models.get(model).and_then(|facts| facts.max_tokens).or(self.max_tokens)
    }

    /// Whether a key has to be there. A provider's own endpoint always wants one. A server of one's own often has none,
    /// but where the operator names a variable for it, asking without would hide that the variable is not set.
    pub fn wants_key(&self) -> bool {
        self.key_env.is_some() || (self.base_url.is_none() && self.kind != Kind::Ollama)
    }

    /// Whether it can be asked, as far as that is known without asking.
    pub fn is_available(&self) -> bool {
        self.unusable.is_none() && (self.key.is_some() || !self.wants_key())
    }

    /// Refuses what resolves ambiguously or sends a key or a prompt in the clear. The URL is returned in its normal
    /// form, so that what was checked is what is asked.
    pub(crate) fn check(mut self) -> Result<Provider, ModelError> {
        if self.name.is_empty() || self.name.contains('/') {
            return Err(ModelError::invalid(format!(
                "a provider's name must not be empty or hold a '/': {:?}",
                self.name
            )));
        }
        if let Some(model) = &self.default_model {
            check_name(model).map_err(ModelError::invalid)?;
        }
        self.base_url = match &self.base_url {
            Some(text) => match check_url(&self.name, text, self.allow_plain_http) {
                Ok(url) => Some(url),
                // It came from the environment, and may be meant for other programs.
                Err(error) if self.is_builtin => {
                    self.unusable = Some(error.to_string());
                    None
                }
                Err(error) => return Err(error),
            },
            None if self.kind == Kind::Ollama => Some(OLLAMA_URL.to_owned()),
            None => None,
        };
        Ok(self)
    }

    pub(crate) fn no_key(&self) -> ModelError {
        ModelError::NoKey {
            provider: self.name.clone(),
            remedy: match &self.key_env {
                Some(variable) => format!("set {variable}"),
                None => "name a variable in its api_key_env".to_owned(),
            },
        }
    }

    pub(crate) fn unsendable_key(&self) -> ModelError {
        ModelError::NoKey {
            provider: self.name.clone(),
            remedy: format!(
                "the text in {} is empty or holds spaces, line breaks or other characters that no key has",
                self.key_env.as_deref().unwrap_or("its key")
            ),
        }
    }
}

/// Where Ollama listens by default.
const OLLAMA_URL: &str = "http://127.0.0.1:11434";

/// The text itself is never repeated in an error: a URL is where people leave passwords.
fn check_url(provider: &str, text: &str, allow_plain_http: bool) -> Result<String, ModelError> {
    let refuse = |why: &str| ModelError::invalid(format!("base_url of provider '{provider}': {why}"));
    // The parser would leave them out.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(refuse("it can't hold spaces or control characters"));
    }
    let url = Url::parse(text).map_err(|_| refuse("this is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("a key belongs in api_key_env, not in the URL"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("a path is added to it, so it cannot hold ? or #"));
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_plain_http || url.host_str().is_some_and(is_loopback) => {}
        "http" => return Err(refuse("plain http is only for this machine; use https, or set allow_plain_http")),
        _ => return Err(refuse("it must start with https://")),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || IpAddr::from_str(address).is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_only() {
        for good in ["http://localhost:11434/v1", "http://127.0.0.1", "http://[::1]:1/v1/", "https://example.com/v1"] {
            check_url("local", good, false).unwrap();
        }
        for bad in [
            "http://example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://0.0.0.0",
            "ftp://localhost",
            "localhost:1234",
            "https://user:canary@example.com",
            "https://example.com/?key=canary",
            "https://example.com/#canary",
        ] {
            let error = check_url("local", bad, false).unwrap_err();
            assert_eq!(error.code().word(), "invalid", "{bad}");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn the_checked_url_is_the_normal_form() {
        assert_eq!(check_url("local", "http://example.com/v1", true).unwrap(), "http://example.com/v1");
        assert_eq!(check_url("local", "http://0x7f.1:8080/v1//", false).unwrap(), "http://127.0.0.1:8080/v1");
    }
}

//! A provider as the operator configured it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use reqwest::Url;

use super::{ModelError, check_name};

/// A key. It has no Display and no Serialize, and its Debug does not show it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// Takes the key out of a provider's text: some echo it in their errors, and a gateway may echo the whole request.
    pub(super) fn remove_from(&self, text: &str) -> String {
        // Nobody's secret is this short, and taking "k" out of a message only makes it unreadable.
        if self.0.len() < 4 {
            return text.to_owned();
        }
        text.replace(&self.0, "[redacted]")
    }

    /// Whether the text cannot be an ordinary word. Local servers are given keys such as "ollama", and an honest reply
    /// may well hold that word.
    pub(super) fn is_unmistakable(&self) -> bool {
        self.0.len() >= 16
    }

    /// Whether an HTTP header can carry it. A line break left over from a file is the usual reason that it cannot.
    pub(super) fn is_sendable(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// The language that a provider's API speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenAI, and every server that is compatible with it.
    OpenAi,
}

impl Kind {
    /// What the configuration may say.
    pub const NAMES: &[&str] = &["openai"];

    /// The one of [`Kind::NAMES`] that this is.
    pub fn name(self) -> &'static str {
        match self {
            Kind::OpenAi => "openai",
        }
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Kind, ()> {
        match text {
            "openai" => Ok(Kind::OpenAi),
            _ => Err(()),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Timeouts {
    pub connect: Duration,
    /// The longest silence, the wait for the first byte included.
    pub read: Duration,
    /// From the start of the request to the last byte of the reply.
    pub whole: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        Timeouts { connect: Duration::from_secs(10), read: Duration::from_secs(120), whole: Duration::from_secs(600) }
    }
}

/// One entry of the operator's configuration.
#[derive(Clone, Debug)]
pub struct Provider {
    pub name: String,
    pub kind: Kind,
    /// Instead of the kind's official endpoint. Such a server may do without a key. Plain http is for loopback only.
    pub base_url: Option<String>,
    pub key: Option<Secret>,
    /// The variable that holds the key: messages name it. Naming one makes the key a must, also with a `base_url`.
    pub key_env: Option<String>,
    pub default_model: Option<String>,
    pub timeouts: Timeouts,
}

impl Provider {
    /// Refuses what resolves ambiguously or sends a key or a prompt in the clear. The URL is returned in its normal
    /// form, so that what was checked is what is asked.
    pub(super) fn check(mut self) -> Result<Provider, ModelError> {
        if self.name.is_empty() || self.name.contains('/') {
            return Err(ModelError::invalid(format!(
                "a provider's name must not be empty or hold a '/': {:?}",
                self.name
            )));
        }
        if let Some(model) = &self.default_model {
            check_name(model)?;
        }
        self.base_url = match &self.base_url {
            Some(text) => Some(check_url(&self.name, text)?),
            None => None,
        };
        Ok(self)
    }
}

/// The text itself is never repeated in an error: a URL is where people leave passwords.
fn check_url(provider: &str, text: &str) -> Result<String, ModelError> {
    let refuse = |why: &str| ModelError::invalid(format!("base_url of provider '{provider}': {why}"));
    let url = Url::parse(text).map_err(|_| refuse("this is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("a key belongs in api_key_env, not in the URL"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("a path is added to it, so it cannot hold ? or #"));
    }
    match url.scheme() {
        "https" => {}
        "http" if url.host_str().is_some_and(is_loopback) => {}
        "http" => return Err(refuse("plain http is only for this machine; use https")),
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
            check_url("local", good).unwrap();
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
            let error = check_url("local", bad).unwrap_err();
            assert_eq!(error.code(), "invalid", "{bad}");
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn the_checked_url_is_the_normal_form() {
        assert_eq!(check_url("local", "http://0x7f.1:8080/v1//").unwrap(), "http://127.0.0.1:8080/v1");
    }

    #[test]
    fn every_kind_has_a_name_that_reads_back() {
        for name in Kind::NAMES {
            assert_eq!(Kind::from_str(name).unwrap().name(), *name);
        }
        assert!(Kind::from_str("opnai").is_err());
    }
}

//! Secrets that the operator keeps for some hosts: a spell writes `secret:NAME`, and never sees them.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::HeaderValue;
use llmspell_base::nearest::nearest;
use llmspell_base::{Code, Failure};
use llmspell_models::{Redactor, Secret};
use llmspell_policy::{Glob, Right};
use serde::Deserialize;
use url::Url;

/// What is shorter stands in many texts by chance, and could not be taken out of them without harm.
pub const LEAST: usize = 8;

/// How a secret stands in a header whose value is nothing but its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// As it is.
    #[default]
    Plain,
    /// "Bearer …"
    Bearer,
    /// "Basic …", of NAME:PASSWORD.
    Basic,
}

impl Form {
    /// As the configuration has it.
    pub fn word(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Bearer => "bearer",
            Form::Basic => "basic",
        }
    }
}

/// One secret.
#[derive(Debug, Clone)]
pub struct SecretEntry {
    /// As spells name it.
    pub name: String,
    /// `None` where the variable is not set.
    pub value: Option<Secret>,
    /// The variable.
    pub env: String,
    /// The hosts that it is for.
    pub to: Vec<Glob>,
    /// How it stands in a header.
    pub form: Form,
}

impl SecretEntry {
    /// All that shows it, to be taken out of what comes back.
    pub fn shapes(&self) -> Vec<Secret> {
        let Some(value) = &self.value else { return Vec::new() };
        let plain = value.expose();
        let mut shapes = vec![plain.to_owned()];
        if self.form == Form::Basic {
            shapes.extend(plain.split_once(':').map(|(_, password)| password.to_owned()));
        }
        // A form's spaces. What else is escaped in an address is known without that.
        let encoded: Vec<String> = shapes.iter().map(|shape| shape.replace(' ', "+")).collect();
        shapes.extend(encoded);
        shapes.extend([STANDARD_NO_PAD.encode(plain), URL_SAFE_NO_PAD.encode(plain)]);
        shapes.sort();
        shapes.dedup();
        shapes.into_iter().filter(|shape| shape.len() >= LEAST).map(Secret::confidential).collect()
    }
}

/// All of them, by their names.
#[derive(Debug, Clone, Default)]
pub struct Secrets(Arc<BTreeMap<String, SecretEntry>>);

const MARK: &str = "secret:";

impl Secrets {
    /// These entries.
    pub fn new(entries: impl IntoIterator<Item = SecretEntry>) -> Secrets {
        Secrets(Arc::new(entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect()))
    }

    /// What they consist of, for a redactor.
    pub fn shapes(&self) -> Vec<Secret> {
        self.0.values().flat_map(SecretEntry::shapes).collect()
    }

    /// Each of them, by name.
    pub fn entries(&self) -> impl Iterator<Item = &SecretEntry> {
        self.0.values()
    }

    /// The variables that hold them.
    pub fn variables(&self) -> Vec<String> {
        self.0.values().map(|entry| entry.env.clone()).collect()
    }

    /// The names of secrets that a text refers to.
    pub(crate) fn named(text: &str) -> Vec<String> {
        references(text).into_iter().map(|(_, name)| name.to_owned()).collect()
    }

    /// The names of all that a request refers to.
    pub(crate) fn of(url: Option<&Url>, headers: &http::HeaderMap) -> Vec<String> {
        let mut names: Vec<String> = headers
            .values()
            .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok())
            .flat_map(Secrets::named)
            .collect();
        let pairs = url.into_iter().flat_map(Url::query_pairs);
        names.extend(pairs.filter_map(|(_, value)| whole(&value).map(String::from)));
        names.sort();
        names.dedup();
        names
    }

    /// A header's value with the secrets in it, for a host that they are meant for.
    pub(crate) fn fill_header(&self, value: &HeaderValue, host: &str) -> Result<HeaderValue, Failure> {
        let Some(text) = std::str::from_utf8(value.as_bytes()).ok().filter(|text| !references(text).is_empty()) else {
            return Ok(value.clone());
        };
        let filled = match whole(text) {
            Some(name) => {
                let (entry, secret) = self.get(name, host)?;
                match entry.form {
                    Form::Plain => secret.expose().to_owned(),
                    Form::Bearer => format!("Bearer {}", secret.expose()),
                    Form::Basic => format!("Basic {}", STANDARD.encode(secret.expose())),
                }
            }
            None => {
                let (mut filled, mut from) = (String::new(), 0);
                for (at, name) in references(text) {
                    filled.push_str(text.get(from..at).unwrap_or_default());
                    filled.push_str(self.get(name, host)?.1.expose());
                    from = at + MARK.len() + name.len();
                }
                filled + text.get(from..).unwrap_or_default()
            }
        };
        // What it says of the value would show it.
        let filled = HeaderValue::try_from(filled);
        let mut filled = filled.map_err(|_| Failure::invalid("a secret holds characters that no header has"))?;
        filled.set_sensitive(true);
        Ok(filled)
    }

    /// The address with the secrets in its parameters.
    pub(crate) fn fill_url(&self, url: &Url, host: &str) -> Result<Url, Failure> {
        if !url.query_pairs().any(|(_, value)| whole(&value).is_some()) {
            return Ok(url.clone());
        }
        let mut filled = url.clone();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let mut query = filled.query_pairs_mut();
        query.clear();
        for (name, value) in &pairs {
            let value = match whole(value) {
                Some(secret) => self.get(secret, host)?.1.expose(),
                None => value,
            };
            query.append_pair(name, value);
        }
        drop(query);
        Ok(filled)
    }

    fn get(&self, name: &str, host: &str) -> Result<(&SecretEntry, &Secret), Failure> {
        let entry = self.0.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
            let hint = if known.is_empty() {
                "; the configuration has none ([secrets])".into()
            } else {
                nearest(name, &known)
            };
            Failure::new(Code::NotFound, format!("there is no secret '{name}'{hint}"))
        })?;
        let asked = Glob::of(Right::NETWORK, host);
        if !entry.to.iter().any(|glob| glob.covers(&asked)) {
            let message = format!(
                "the secret '{name}' is not for '{host}': [secrets] {name} in the configuration says for whom it is"
            );
            return Err(Failure::denied(message));
        }
        let unset = || {
            let message = format!("the secret '{name}' is not set: its environment variable is empty or not there");
            Failure::new(Code::Auth, message)
        };
        Ok((entry, entry.value.as_ref().ok_or_else(unset)?))
    }
}

/// The name of the secret that a text is and nothing else.
fn whole(text: &str) -> Option<&str> {
    let name = text.strip_prefix(MARK)?;
    (!name.is_empty() && name_length(name) == name.len()).then_some(name)
}

/// Where a text refers to secrets, and to which.
fn references(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(MARK) {
        let begins = !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
        let rest = text.get(at + MARK.len()..).unwrap_or_default();
        let name = rest.get(..name_length(rest)).unwrap_or_default();
        if begins && !name.is_empty() {
            found.push((at, name));
        }
    }
    found
}

fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte)).count()
}

/// Takes the secrets out of a failure.
pub fn clean(redactor: &Redactor, mut failure: Failure) -> Failure {
    redactor.clean(&mut failure.message);
    failure.details.iter_mut().for_each(|details| redactor.clean_value(details));
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let entry = |name: &str, value: &str, to: &str, form| SecretEntry {
            name: name.into(),
            value: Some(Secret::confidential(value)),
            env: "X".into(),
            to: vec![Glob::parse(Right::NETWORK, to, true).unwrap()],
            form,
        };
        Secrets::new([
            entry("A", "canary-a", "api.example.org", Form::Bearer),
            entry("B", "me:canary b", "*.example.org", Form::Basic),
            entry("C", "canary/c", "api.example.org:443", Form::Plain),
        ])
    }

    #[test]
    fn a_secret_goes_to_its_hosts_alone() {
        let all = secrets();
        let fill = |text: &str, host: &str| {
            let filled = all.fill_header(&HeaderValue::from_str(text).unwrap(), host);
            filled.map(|value| value.to_str().unwrap().to_owned()).map_err(|failure| failure.code.into_owned())
        };
        for (text, host, expected) in [
            ("secret:A", "api.example.org:443", Ok("Bearer canary-a")),
            ("token secret:A;", "api.example.org:8443", Ok("token canary-a;")),
            ("secret:B", "x.example.org:80", Ok("Basic bWU6Y2FuYXJ5IGI=")),
            ("secret:C", "api.example.org:443", Ok("canary/c")),
            ("secret:C", "api.example.org:444", Err("denied")),
            ("secret:A", "api.example.org.evil.org:443", Err("denied")),
            ("secret:A", "example.org:443", Err("denied")),
            ("secret:D", "api.example.org:443", Err("not-found")),
            ("nosecret:A", "evil.org:443", Ok("nosecret:A")),
            ("secret:", "evil.org:443", Ok("secret:")),
        ] {
            assert_eq!(fill(text, host).as_deref().map_err(String::as_str), expected, "{text} {host}");
        }
        let url = Url::parse("https://api.example.org/?q=a%20b&key=secret%3AC").unwrap();
        assert_eq!(
            all.fill_url(&url, "api.example.org:443").unwrap().as_str(),
            "https://api.example.org/?q=a+b&key=canary%2Fc"
        );
        let shapes: Vec<String> = all.shapes().iter().map(|shape| shape.expose().to_owned()).collect();
        assert!(
            ["canary/c", "bWU6Y2FuYXJ5IGI", "me:canary+b", "canary b"]
                .iter()
                .all(|one| shapes.contains(&one.to_string())),
            "{shapes:?}"
        );
    }
}

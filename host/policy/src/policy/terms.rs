//! What an entry for a host says of the requests to it.

use std::fmt;

use toml::Spanned;
use toml::de::DeValue;

use super::host_name::is_literal;
use super::{Entry, Origin, Policy, Right};
use llmspell_base::Failure;
use llmspell_base::toml_span::{Wrong, kind};
use llmspell_base::units::parse_size;

/// Methods, paths, sizes and rates. The default bounds nothing, and does not allow private addresses.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Empty: all.
    methods: Vec<String>,
    /// Each for itself and all that is below. Empty: all.
    paths: Vec<String>,
    private: bool,
    max_response: Option<u64>,
    requests_per_minute: Option<u32>,
}

impl Terms {
    pub const KEYS: &[&str] = &["methods", "paths", "private", "max-response", "requests-per-minute"];

    pub fn read(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), Wrong> {
        let wrong = |what: String| (value.span(), format!("{key}: {what}"));
        match (key, value.get_ref()) {
            ("methods" | "paths", DeValue::Array(list)) if !list.is_empty() => {
                for one in list {
                    let DeValue::String(text) = one.get_ref() else {
                        return Err((one.span(), format!("{key}: holds texts, not {}", kind(one.get_ref()))));
                    };
                    let text = match key {
                        "methods" => method(text),
                        _ => path(text),
                    };
                    let text = text.map_err(|what| (one.span(), format!("{key}: {what}")))?;
                    if key == "methods" { self.methods.push(text) } else { self.paths.push(text) }
                }
                Ok(())
            }
            ("methods" | "paths", DeValue::Array(_)) => {
                Err(wrong("is empty: name some, or leave it out for all".into()))
            }
            ("methods" | "paths", other) => Err(wrong(format!("is a list of texts, not {}", kind(other)))),
            ("private", DeValue::Boolean(private)) => {
                self.private = *private;
                Ok(())
            }
            ("private", other) => Err(wrong(format!("is true or false, not {}", kind(other)))),
            ("max-response", DeValue::String(text)) => {
                self.max_response = Some(parse_size(text).map_err(wrong)?);
                Ok(())
            }
            ("max-response", other) => Err(wrong(format!("is a text such as \"1MiB\", not {}", kind(other)))),
            (_, DeValue::Integer(number)) => {
                let number = number.as_str().parse().ok().filter(|number| (1..=1_000_000).contains(number));
                self.requests_per_minute = Some(number.ok_or_else(|| wrong("is a number from 1 to 1000000".into()))?);
                Ok(())
            }
            (_, other) => Err(wrong(format!("is a number, not {}", kind(other)))),
        }
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        (self.methods.is_empty() || self.methods.iter().any(|one| one == method))
            && (self.paths.is_empty() || self.paths.iter().any(|one| is_below(one, path)))
    }
}

fn method(text: &str) -> Result<String, String> {
    match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        true => Ok(text.into()),
        false => Err(format!("'{}' is no method: they are in capitals, as in \"GET\"", text.escape_debug())),
    }
}

/// Servers differ in what they make of what is odd in a path: none of it may stand in one that is compared.
fn path(text: &str) -> Result<String, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"*?#%\\".contains(&byte));
    match text.starts_with('/') && plain && is_plain(text) {
        true => Ok(text.trim_end_matches('/').into()),
        false => Err(format!(
            "'{}' is no plain path: it begins with '/', is for all that is below, and has no '*', '%', '//' or '..'",
            text.escape_debug()
        )),
    }
}

/// Whether every server takes a path as it is written: some decode what is escaped before they look where it leads.
fn is_plain(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let escaped = ["%2f", "%5c", "%2e", "%25", "%00", ";", "\\"].iter().any(|part| lower.contains(part));
    !escaped && !lower.contains("//") && !lower.split('/').any(|part| part == "." || part == "..")
}

fn is_below(above: &str, path: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && is_plain(path)
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<&str> = self.paths.iter().map(|path| if path.is_empty() { "/" } else { path }).collect();
        let all = [
            (!self.methods.is_empty()).then(|| self.methods.join(", ")),
            (!paths.is_empty()).then(|| format!("paths {}", paths.join(", "))),
            self.private.then(|| "private".to_owned()),
            self.max_response.map(|bytes| format!("responses of {bytes} bytes")),
            self.requests_per_minute.map(|count| format!("{count} requests a minute")),
        ];
        let all: Vec<String> = all.into_iter().flatten().collect();
        f.write_str(&if all.is_empty() { "all requests".to_owned() } else { all.join("; ") })
    }
}

impl Policy {
    /// The entries that are for this host.
    fn for_host(&self, host: &str) -> Vec<&Entry> {
        let words = Right::NETWORK.split(host);
        self.rule(Right::NETWORK).allow.iter().filter(|entry| entry.glob.fits(&words)).collect()
    }

    /// Whether the policy allows the request, to a host that it allows.
    pub(super) fn check_request(&self, host: &str, method: &str, path: &str) -> Result<(), Failure> {
        let entries = self.for_host(host);
        let fits = |entry: &&&Entry| entry.terms.as_ref().is_none_or(|terms| terms.fits(method, path));
        let Some(first) = entries.first().filter(|_| !entries.iter().any(|entry| fits(&entry))) else { return Ok(()) };
        let terms = first.terms.as_ref().map(ToString::to_string).unwrap_or_default();
        let (file, path) = (self.origin.file_name(), path.escape_debug().take(120).collect::<String>());
        let message =
            format!("the request {method} {path} to '{host}' is not granted: [network] allow in {file} has {terms}");
        Err(Failure::denied(message))
    }

    /// Whether the host may have a private address; `None` where the policy leaves that to others.
    pub(super) fn may_be_private(&self, host: &str) -> Option<bool> {
        if matches!(self.origin, Origin::Requested(_)) || !self.names {
            return None;
        }
        let says =
            |entry: &&Entry| entry.terms.as_ref().is_some_and(|terms| terms.private) || is_literal(entry.glob.text());
        Some(self.for_host(host).iter().any(says))
    }

    /// Bytes of a response; `None` where nothing is said of it.
    pub(super) fn max_response(&self, host: &str) -> Option<u64> {
        let most = |entry: &&Entry| entry.terms.as_ref().and_then(|terms| terms.max_response).unwrap_or(u64::MAX);
        // What is allowed twice is allowed as far as the more generous says.
        self.for_host(host).iter().map(most).max().filter(|most| *most < u64::MAX)
    }

    /// Requests a minute, and what they are counted by.
    pub(super) fn request_rate(&self, host: &str) -> Option<(String, u32)> {
        let rate = |entry: &&Entry| {
            let count = entry.terms.as_ref().and_then(|terms| terms.requests_per_minute).unwrap_or(u32::MAX);
            (count, format!("{} {}", self.hash, entry.glob))
        };
        let (count, name) = self.for_host(host).iter().map(rate).max()?;
        (count < u32::MAX).then_some((name, count))
    }
}

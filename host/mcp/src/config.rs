//! `[mcp.NAME]` of the configuration.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use llmspell_base::config::{ConfigError, Environment, bounded, duration};
use llmspell_base::units::parse_size;
use serde::Deserialize;
use wildmatch::WildMatch;

use crate::http::Remote;

/// `[mcp.NAME]` as it is parsed, before its values are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawServer {
    command: Option<Vec<String>>,
    url: Option<String>,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    token_env: Option<String>,
    #[serde(default)]
    env: Vec<String>,
    folder: Option<PathBuf>,
    #[serde(default)]
    allow: Vec<String>,
    #[serde(default)]
    deny: Vec<String>,
    #[serde(default)]
    rename: BTreeMap<String, String>,
    timeout: Option<String>,
    start_timeout: Option<String>,
    idle: Option<String>,
    max_result: Option<String>,
    #[serde(default)]
    protocol: Protocol,
    #[serde(default)]
    share: bool,
}

/// How a conversation with a server begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// With the handshake of the versions up to 2025-11-25.
    #[default]
    Legacy,
    /// Without one, as from 2026-07-28 on.
    Modern,
    /// The server is asked which of them it speaks.
    Auto,
}

/// A server that the operator names.
#[derive(Clone)]
pub struct Server {
    /// What it is called here.
    pub name: String,
    /// The program and its arguments; empty where there is an address.
    pub command: Vec<String>,
    /// Where it is, if it is no process of ours.
    pub(crate) remote: Option<Remote>,
    /// All that it gets as environment.
    env: Vec<(String, String)>,
    /// Where programs are looked for.
    search: String,
    /// Where it is started. `None`: where the host was.
    pub folder: Option<PathBuf>,
    allow: Vec<String>,
    deny: Vec<String>,
    rename: BTreeMap<String, String>,
    /// For each call.
    pub timeout: Duration,
    /// From its start to the end of the list of its tools.
    pub start_timeout: Duration,
    /// How long it is kept that nobody calls.
    pub idle: Duration,
    /// Bytes of one result, as JSON.
    pub max_result: usize,
    pub(crate) protocol: Protocol,
    /// Whether all tenants have the same process.
    pub share: bool,
}

const LONGEST_NAME: usize = 32;
const MAX_RESULT: usize = 1 << 20;
const MOST_RESULT: u64 = 8 << 20;
/// Bytes around a result.
const AROUND: usize = 64 << 10;
/// Bytes that a page of a list of tools may have, however small results are.
const LONGEST_PAGE: usize = 4 << 20;

impl RawServer {
    /// Checks the values, and takes variables from the environment.
    pub fn read(self, name: &str, environment: Environment<'_>) -> Result<Server, ConfigError> {
        let wrong = |key: &str, what: String| ConfigError::new(format!("mcp.{name}{key}: {what}"));
        let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_';
        // Models know its tools by `NAME__TOOL`: where the name ends must be seen.
        let ends = name.starts_with(['-', '_']) || name.ends_with(['-', '_']) || folded(name).contains("__");
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(plain) || ends {
            let what =
                format!("a server's name has 1 to {LONGEST_NAME} letters, digits, and single '-' and '_' between them");
            return Err(wrong("", what));
        }
        let (command, remote) = match (self.command, self.url) {
            (Some(command), None) => (command, None),
            (None, Some(url)) => {
                let token = self.token_env.as_deref().and_then(environment);
                let headers = self.headers.clone().into_iter().collect();
                let remote = Remote { url, private: self.private, headers, token };
                remote.check().map_err(|what| wrong(".url", what))?;
                remote.headers().map_err(|what| wrong(".headers", what))?;
                (Vec::new(), Some(remote))
            }
            _ => return Err(wrong("", "takes either command = [\"program\", …] or url = \"https://…\"".into())),
        };
        if remote.is_none() {
            if command.first().is_none_or(String::is_empty) || command.iter().any(|text| text.contains('\0')) {
                return Err(wrong(".command", "names no program: write command = [\"program\", \"argument\"]".into()));
            }
            if self.private || !self.headers.is_empty() || self.token_env.is_some() {
                return Err(wrong("", "private, headers and token_env are for a server with a url".into()));
            }
        } else if !self.env.is_empty() || self.folder.is_some() {
            return Err(wrong("", "env and folder are for a server with a command".into()));
        }
        let mut env = Vec::new();
        for text in self.env {
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                None => (text.clone(), environment(&text)),
            };
            if key.is_empty() || text.contains('\0') {
                return Err(wrong(".env", "takes the names of variables, or \"NAME=value\"".into()));
            }
            // What is not set here is not set there.
            env.extend(value.map(|value| (key, value)));
        }
        let time = |key: &str, text| duration(&format!("mcp.{name}.{key}"), text).map_err(ConfigError::new);
        let bytes = self.max_result.as_deref().map(parse_size).transpose();
        let bytes = bytes.map_err(|what| wrong(".max_result", what))?;
        let max_result = bounded(&format!("mcp.{name}.max_result"), bytes, 1..=MOST_RESULT)?;
        Ok(Server {
            name: name.into(),
            command,
            remote,
            env,
            search: environment("PATH").unwrap_or_default(),
            folder: self.folder,
            allow: self.allow,
            deny: self.deny,
            rename: self.rename,
            timeout: time("timeout", self.timeout)?.unwrap_or(Duration::from_secs(60)),
            start_timeout: time("start_timeout", self.start_timeout)?.unwrap_or(Duration::from_secs(30)),
            idle: time("idle", self.idle)?.unwrap_or(Duration::from_secs(600)),
            max_result: max_result.and_then(|most| most.try_into().ok()).unwrap_or(MAX_RESULT),
            protocol: self.protocol,
            share: self.share,
        })
    }
}

/// As all spellings of a name have it in common.
fn folded(name: &str) -> String {
    name.replace('-', "_")
}

/// All of `[mcp]`: no two servers may have names that are alike.
pub fn read_all(
    servers: BTreeMap<String, RawServer>,
    environment: Environment<'_>,
) -> Result<Vec<Server>, ConfigError> {
    let mut known = BTreeMap::new();
    let mut read = Vec::new();
    for (name, server) in servers {
        read.push(server.read(&name, environment)?);
        if let Some(other) = known.insert(folded(&name), name.clone()) {
            let what = "'-' and '_' are alike in names";
            return Err(ConfigError::new(format!("mcp.{name}: there is a server '{other}' already, and {what}")));
        }
    }
    Ok(read)
}

/// Words in the names of variables, headers and parts of a query whose values are keys.
const KEYS: &[&str] = &["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "AUTHORIZATION", "COOKIE"];
/// Bytes of what is sent with each request and is taken for a key, whatever its name is.
const LONG: usize = 20;

impl Server {
    /// Its environment: nothing else is handed on.
    pub(crate) fn env(&self) -> impl Iterator<Item = (&str, &str)> {
        self.env.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Its address without a query, if it is no process of ours.
    pub fn url(&self) -> Option<&str> {
        self.remote.as_ref().map(Remote::shown)
    }

    /// The names of the variables that it gets.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.env().map(|(key, _)| key)
    }

    /// The token, and what else is named like a key or looks like one: nobody may see them.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let is_key = |name: &str| KEYS.iter().any(|word| name.to_uppercase().contains(word));
        let own = self.env().filter(move |(name, _)| is_key(name)).map(|(_, value)| value);
        let sent = self.remote.iter().flat_map(Remote::fields);
        let sent = sent.filter(move |(name, value)| is_key(name) || value.len() >= LONG);
        // Behind the word of a scheme, such as "Bearer".
        let sent = sent.filter_map(|(_, value)| value.rsplit(' ').next());
        let token = self.remote.iter().filter_map(|remote| remote.token.as_deref());
        own.chain(sent).chain(token).filter(|value| value.len() >= 8)
    }

    /// The file of the program: a name alone is looked for where the host looks for programs.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        let name = self.command.first()?;
        if name.contains('/') {
            return Some(name.into());
        }
        let folders = std::env::split_paths(&self.search).filter(|folder| folder.is_absolute());
        folders.map(|folder| folder.join(name)).find(|file| file.is_file())
    }

    /// Bytes of a message: the largest result, three times as long where each sign of it is escaped, or a page of a list.
    pub(crate) fn longest_message(&self) -> usize {
        (3 * self.max_result + AROUND).max(LONGEST_PAGE)
    }

    /// Whether the operator lets spells have a tool, by the server's own name of it.
    pub(crate) fn offers(&self, tool: &str) -> bool {
        let matches = |patterns: &[String]| patterns.iter().any(|pattern| WildMatch::new(pattern).matches(tool));
        (self.allow.is_empty() || matches(&self.allow)) && !matches(&self.deny)
    }

    /// What a tool is called here.
    pub(crate) fn renamed<'a>(&'a self, tool: &'a str) -> &'a str {
        self.rename.get(tool).map_or(tool, String::as_str)
    }
}

/// Without the values of its environment.
impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("name", &self.name).field("command", &self.command).finish_non_exhaustive()
    }
}

//! `case.toml`: what a case's spell is run with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use llmspell_wasm::{HostTool, ToolFailure};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::files::Files;

/// All of it is optional.
#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub parameters: Map<String, Value>,
    pub arguments: Vec<String>,
    /// Runs of the same spell before the one that is looked at, on the same store: each with these parameters.
    pub earlier: Vec<Map<String, Value>>,
    /// Variables of the host's environment that `[secrets]` of the configuration names.
    pub secrets: BTreeMap<String, String>,
    /// Granted, with these values.
    pub environment: BTreeMap<String, String>,
    /// Patterns of models that are granted; all if absent.
    pub models: Option<Vec<String>>,
    /// Patterns of tools that are granted; all if absent.
    pub tools: Option<Vec<String>>,
    /// Tools of the host program that are doubles, and say so.
    pub doubles: BTreeMap<String, ToolDouble>,
    /// What lies in a folder of the run's own, and what of it is granted.
    pub files: Option<Files>,
    /// Whether files beside the spell are granted.
    pub modules: Option<bool>,
    /// Whether the tenant's state and events are granted.
    pub state: Option<bool>,
    pub events: Option<bool>,
    /// Patterns of hosts that are granted. `server.test` is the server of replies.json, if a policy says that it may be private.
    pub network: Vec<String>,
    /// Patterns of what MCP servers offer that is granted. In the configuration `{tests}` is the folder of the tests.
    pub mcp: Vec<String>,
    /// Policies by their names, as TOML text. What the spell asks for itself comes after them.
    pub policies: BTreeMap<String, String>,
    /// What is answered to questions about calls that need an approval, in turn: "yes", "no", "always", "waits". Beyond, nobody is there.
    pub answers: Vec<String>,
    /// Digests of calls that are approved beforehand.
    pub approved: Vec<String>,
    /// Asked in place of what the spell names.
    pub model: Option<String>,
    /// A configuration, as in `llmspell.toml`.
    pub config: toml::Table,
    /// By language: the spell is another file, such as an example. Relative to the case's folder.
    pub spell: BTreeMap<String, PathBuf>,
    /// Why a language has no spell here.
    pub without: BTreeMap<String, String>,
    /// The configured providers instead of a double: only to be looked at.
    pub real_models: bool,
    /// The machine's clock instead of one that stands still.
    pub real_clock: bool,
    /// Why the languages do not make the same calls.
    pub other_calls: Option<String>,
}

/// Stands in for a tool of the host program: gives the same result each time, with `double = true` beside it.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub struct ToolDouble {
    description: String,
    /// A JSON Schema, as JSON text: its parameters have an order.
    parameters: String,
    #[serde(default)]
    result: Map<String, Value>,
    /// Fails with this message.
    error: Option<String>,
}

impl ToolDouble {
    pub fn tool(&self, name: &str) -> HostTool {
        let ToolDouble { description, parameters, mut result, error } = self.clone();
        result.insert("double".into(), true.into());
        let parameters = serde_json::from_str(&parameters).unwrap();
        let answer = move |_| {
            let (result, error) = (result.clone(), error.clone());
            async move { error.map_or(Ok(result.into()), |message| Err(ToolFailure::new("tool", message))) }
        };
        HostTool::new(name, format!("{description} (a double)"), parameters, answer)
    }
}

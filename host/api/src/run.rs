//! The results of a run: usage, outcome and receipt.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What a run has used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ledger {
    /// Units of the guest's work.
    pub fuel: u64,
    /// The most that the guest's memory ever was.
    pub memory_bytes: usize,
    /// In JSON milliseconds, to the microsecond.
    #[serde(rename = "wall_time_ms", serialize_with = "write_milliseconds", deserialize_with = "read_milliseconds")]
    #[schemars(with = "f64", range(min = 0.0))]
    pub wall_time: Duration,
    /// Bytes that were printed and logged.
    pub output_bytes: u64,
    /// Calls of the host, work beside the guest included.
    pub host_calls: u64,
    /// Bytes that crossed between guest and host.
    pub host_bytes: u64,
    /// By spells and by models, of tools of the spell and of the host.
    pub tool_calls: u64,
    /// Bytes that were written to files.
    #[serde(default)]
    pub written_bytes: u64,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub models: ModelUse,
}

/// What a run has used of models.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelUse {
    /// Calls of models.
    pub model_calls: u64,
    /// As far as the providers reported it.
    pub input_tokens: u64,
    /// As far as the providers reported it.
    pub output_tokens: u64,
    /// Calls whose provider reported no tokens.
    pub unmetered_calls: u64,
    /// Billionths of a US dollar, for the calls whose price is known.
    pub cost_nano_dollars: u64,
}

/// To the microsecond.
fn write_milliseconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((time.as_secs_f64() * 1e6).round() / 1e3)
}

fn read_milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let milliseconds = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(milliseconds / 1e3).map_err(serde::de::Error::custom)
}

/// What went wrong in a run, for people and for programs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// The code of the failure that was not caught, or the word of the run's outcome.
    pub code: String,
    /// One line for people: what is wrong, where, what to do.
    pub message: String,
    /// The details of that failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
    /// The spell's file or a module's, by the name that the spell knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// 1-based, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Innermost call first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traceback: Option<String>,
}

impl Fault {
    /// A fault without details and place.
    pub fn new(code: &str, message: impl Into<String>) -> Fault {
        Fault { code: code.into(), message: message.into(), ..Fault::default() }
    }
}

/// The receipt of a run, as `--receipt FILE` and `--output json` write it. Keys that do not apply are null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// How the run ended: "completed", "script-error", "denied", the name of a limit that was used up, ...
    pub outcome: String,
    /// What the command line exits with.
    pub exit_code: u8,
    /// What the spell asked to exit with.
    pub exit_requested: Option<u8>,
    /// What the spell returned.
    pub result: Option<Value>,
    /// Set unless the run completed.
    pub error: Option<Fault>,
    /// What the run used.
    pub ledger: Ledger,
    /// What the run might use.
    #[schemars(with = "BTreeMap<String, Option<LimitValue>>")]
    pub limits: LimitValues,
    /// What decided what the run did.
    pub hashes: Hashes,
    /// The spell's, such as "lua".
    pub language: String,
    /// Whose run it was.
    pub tenant: String,
    /// RFC 3339.
    pub started_at: String,
    /// Of llmspell-wasm.
    pub version: String,
}

/// The limits of a run by the names of their flags, in their order; each a [`LimitValue`], or null without a limit.
pub type LimitValues = Map<String, Value>;

/// The value of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum LimitValue {
    /// Of units, bytes or milliseconds.
    Number(u64),
    /// Decimal US dollars.
    Dollars(String),
}

/// SHA-256 sums, in hex, of all that decided what the run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hashes {
    /// Of the spell's text.
    pub spell: String,
    /// Of the guest component; null if there was none.
    pub guest: Option<String>,
    /// Files of its folder that the spell loaded or read, in order.
    pub modules: Vec<Module>,
    /// Of the configuration's file; null if there was none.
    pub config: Option<String>,
    /// Policies that were in force, the outermost first.
    pub policies: Vec<PolicyFile>,
}

/// A file of the spell's folder: a module that it loaded, or data that it read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Module {
    /// Within the spell's folder.
    pub path: String,
    /// SHA-256, in hex.
    pub hash: String,
}

/// A policy that was in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PolicyFile {
    /// The file, as it was named, or "the command line".
    pub file: String,
    /// SHA-256 of its text, in hex.
    pub hash: String,
}

/// What `info` tells of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuestInfo {
    /// The language, such as "lua".
    pub name: String,
    /// Of the interpreter.
    pub version: String,
    /// Of files in this language, without the dot.
    pub extensions: Vec<String>,
    /// SHA-256 of the component, in hex.
    pub hash: String,
    /// All that it can reach.
    pub imports: Vec<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_receipt_is_written_as_ever() {
        let error = Fault { line: Some(3), file: Some("a.lua".into()), ..Fault::new("denied", "no") };
        let hash = || String::from("00ff");
        let receipt = Receipt {
            outcome: "denied".into(),
            exit_code: 3,
            exit_requested: None,
            result: None,
            error: Some(error),
            ledger: Ledger { wall_time: Duration::from_millis(2), ..Ledger::default() },
            limits: [("fuel".to_owned(), 5.into()), ("cost-budget".to_owned(), Value::Null)].into_iter().collect(),
            hashes: Hashes {
                spell: hash(),
                guest: None,
                modules: vec![Module { path: "lib.lua".into(), hash: hash() }],
                config: None,
                policies: vec![PolicyFile { file: "p.toml".into(), hash: hash() }],
            },
            language: "lua".into(),
            tenant: "local".into(),
            started_at: "2026-01-01T00:00:00Z".into(),
            version: "0.1.0".into(),
        };
        let ledger = json!({
            "fuel": 0, "memory_bytes": 0, "wall_time_ms": 2.0, "output_bytes": 0, "host_calls": 0, "host_bytes": 0,
            "tool_calls": 0, "written_bytes": 0, "model_calls": 0, "input_tokens": 0, "output_tokens": 0, "unmetered_calls": 0,
            "cost_nano_dollars": 0,
        });
        let written = json!({
            "outcome": "denied",
            "exit_code": 3,
            "exit_requested": null,
            "result": null,
            "error": { "code": "denied", "message": "no", "file": "a.lua", "line": 3 },
            "ledger": ledger,
            "limits": { "fuel": 5, "cost-budget": null },
            "hashes": {
                "spell": "00ff",
                "guest": null,
                "modules": [{ "path": "lib.lua", "hash": "00ff" }],
                "config": null,
                "policies": [{ "file": "p.toml", "hash": "00ff" }],
            },
            "language": "lua",
            "tenant": "local",
            "started_at": "2026-01-01T00:00:00Z",
            "version": "0.1.0",
        });
        assert_eq!(serde_json::to_string(&receipt).unwrap(), written.to_string());
        assert_eq!(serde_json::from_value::<Receipt>(written).unwrap(), receipt);
    }
}

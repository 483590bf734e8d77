//! The record of a run: its first and its last entry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Fault, Ledger, LimitValues, Module};

/// What was run, and with what.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Header {
    /// Of llmspell-wasm.
    pub version: String,
    /// The spell's, such as "lua".
    pub language: String,
    /// SHA-256 of the guest component, in hex.
    pub guest: String,
    /// What errors call the spell, such as "spell.lua".
    pub name: String,
    /// The spell's text.
    pub source: String,
    /// The spell's `params`.
    pub parameters: Map<String, Value>,
    /// The spell's `arg`.
    pub arguments: Vec<String>,
    /// What the run might use, by the names of flags.
    #[schemars(with = "std::collections::BTreeMap<String, Option<crate::LimitValue>>")]
    pub limits: LimitValues,
    /// Of the run's randomness, where it was given one.
    pub seed: Option<u64>,
    /// Where the run's clock began, in milliseconds since 1970, where it was given one.
    pub clock_ms: Option<u64>,
    /// The model that was asked in place of what the spell names.
    pub model: Option<String>,
    /// The session that it began in.
    pub session: Option<String>,
    /// SHA-256 of the tenant's name, in hex.
    pub tenant: String,
    /// What was granted, as lines for people.
    pub grants: Vec<String>,
    /// A key of a provider stood in the spell, its parameters or its arguments: they are left out, and it can't be replayed.
    pub sealed: bool,
}

/// How the run ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// "completed", "script-error", "denied", the name of a limit that was used up, ...
    pub outcome: String,
    /// What the spell asked to exit with.
    pub exit_requested: Option<u8>,
    /// What the spell returned.
    pub result: Option<Value>,
    /// Set unless the run completed.
    pub error: Option<Fault>,
    /// What the run used.
    pub ledger: Ledger,
    /// Of its fuel, what the guest used.
    pub guest_fuel: u64,
    /// Whether a call was denied.
    pub denied: bool,
    /// What was wrong with the store: codes, and texts for the operator.
    pub store_problems: Vec<(String, String)>,
    /// Files of its folder that the spell loaded or read, in order.
    pub modules: Vec<Module>,
}

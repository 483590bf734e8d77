//! The JSON of the interface `config`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::{LimitValue, LimitValues};

/// What a spell may know of the operator's configuration: the value at "".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub operator: Operator,
    /// Whose run it is.
    pub tenant: String,
    /// The run's limits.
    #[schemars(with = "BTreeMap<String, Option<LimitValue>>")]
    pub limits: LimitValues,
}

/// The part that is the same for every spell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operator {
    /// Of llmspell-wasm.
    pub version: String,
    /// The provider of bare model names that imply no other.
    pub default_provider: String,
    /// By name, in the configuration's order: each a [`Provider`].
    #[schemars(with = "BTreeMap<String, Provider>")]
    pub providers: Map<String, serde_json::Value>,
}

/// A provider as a spell may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    /// Which API it has, such as "openai".
    pub kind: String,
    /// The model of requests that name none; null without one.
    pub default_model: Option<String>,
    /// Whether it has a key or an address of its own.
    pub configured: bool,
    /// Where a server of local models answers (Ollama), if the run may send requests there; left out for others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

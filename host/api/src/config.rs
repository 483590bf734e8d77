//! The JSON of the interface `config`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::{LimitValue, LimitValues};

/// What a spell may know of the operator's configuration: the value at "".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct View {
    #[serde(flatten)]
    pub operator: Operator,
    pub tenant: String,
    #[schemars(with = "BTreeMap<String, Option<LimitValue>>")]
    pub limits: LimitValues,
}

/// The part that is the same for every spell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Operator {
    /// Of llmspell-wasm.
    pub version: String,
    pub default_provider: String,
    /// By name, in the configuration's order: each a [`Provider`].
    #[schemars(with = "BTreeMap<String, Provider>")]
    pub providers: Map<String, serde_json::Value>,
}

/// A provider as a spell may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    pub kind: String,
    pub default_model: Option<String>,
    /// Whether it has a key or an address of its own.
    pub configured: bool,
}

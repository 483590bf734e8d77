//! Providers and their models, as spells may know them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A provider as spells may know it: no key, and no address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    /// As it stands before the `/` in a model's full name.
    pub name: String,
    /// Which API it has, such as "openai".
    pub kind: String,
    /// Whether the key it needs is set.
    pub available: bool,
    /// What its API can do.
    pub capabilities: Capabilities,
    /// The model of requests that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_model: Option<String>,
    /// Of its default model, or the largest there is; unknown for servers of one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_context_tokens: Option<u32>,
    /// Those that are known and granted; others can be called, too.
    pub models: Vec<Model>,
    /// Whether it gets bare names that imply no other provider.
    pub default: bool,
}

/// What a provider's API can do; whether a model can is the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capabilities {
    /// Answers come in pieces.
    pub streaming: bool,
    /// Prompts may hold images.
    pub images: bool,
    /// Models may call tools.
    pub tools: bool,
    /// Answers follow a JSON Schema.
    pub structured_output: bool,
    /// There are vectors for texts.
    pub embeddings: bool,
    /// Documents are ranked.
    pub rerank: bool,
}

/// A model of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// Its name at the provider.
    pub id: String,
    /// The most tokens of input and output together; null if unknown.
    pub context_tokens: Option<u32>,
    /// The most tokens of an answer; null if unknown.
    pub output_tokens: Option<u32>,
    /// Whether prompts may hold images.
    pub images: bool,
    /// Whether it calls tools.
    pub tools: bool,
    /// Whether its answers follow a JSON Schema.
    pub structured_output: bool,
    /// Whether it thinks before it answers.
    pub reasoning: bool,
}

//! What the interface `agent` is asked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::message::Message;
use super::options::{GenerationOptions, HistoryBounds, OneOrMany};

/// The request of `complete`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct CompleteRequest {
    /// The last one is the user's.
    #[schemars(length(min = 1))]
    pub messages: Vec<Message>,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub model: ModelChoice,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub options: GenerationOptions,
    /// Whether the answer comes in pieces.
    pub stream: Option<bool>,
}

/// Which model is meant; without any of these, the default model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct ModelChoice {
    /// "provider/model", or the model's name alone.
    pub model: Option<String>,
    /// The provider's name, if `model` is the model's alone.
    pub provider: Option<String>,
    /// Of a configured provider.
    pub base_url: Option<String>,
}

/// The request of `embed`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct EmbedRequest {
    /// At most 10,000.
    pub input: OneOrMany,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub model: ModelChoice,
    /// How many numbers a vector has; the model's own number if absent.
    #[schemars(range(min = 1, max = 8192))]
    pub dimensions: Option<u64>,
    /// What the vectors are for.
    pub purpose: Option<Purpose>,
}

/// What vectors are for; "document" if absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// They are searched.
    Document,
    /// They are what is searched for.
    Query,
}

/// The request of `rerank`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct RerankRequest {
    /// What the documents are compared with.
    pub query: String,
    /// The documents to rank.
    #[schemars(length(min = 1, max = 10_000))]
    pub documents: Vec<String>,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub model: ModelChoice,
    /// How many results to return.
    #[schemars(range(min = 1, max = 10_000))]
    pub top: Option<u64>,
}

/// The definition that `create` takes.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Definition {
    /// The agent's name; "agent" if absent.
    #[schemars(length(min = 1, max = 128))]
    pub name: Option<String>,
    /// What the agent is for.
    pub description: Option<String>,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub model: ModelChoice,
    /// The instructions.
    pub system: Option<String>,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub options: GenerationOptions,
    /// No run sees or adds to the history.
    pub stateless: Option<bool>,
    /// Where what is said is kept beyond the run: true, or the id of a session.
    pub memory: Option<MemoryPlace>,
    /// How much of its history the agent keeps.
    pub history: Option<HistoryBounds>,
    /// What it looks up before each run: names of collections, or these with their bounds.
    pub knowledge: Option<Vec<KnowledgeSource>>,
}

/// A collection of documents in which an agent looks up passages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnowledgeSource {
    /// Its name.
    pub collection: String,
    /// The most passages.
    pub limit: u64,
    /// The most tokens of all passages together, by OpenAI's tokenizer.
    pub max_tokens: u64,
}

/// Where an agent's memory is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum MemoryPlace {
    /// True: in the current session, or in what belongs to none.
    Current(bool),
    /// In the session with this id.
    Session(String),
}

/// Texts whose tokens are counted.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct CountRequest {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub model: ModelChoice,
    /// At most 1,000.
    pub texts: Vec<String>,
}

/// The options of an agent's run; they override the agent's own.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct RunOptions {
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub options: GenerationOptions,
    /// Its fields stand among the others.
    #[serde(flatten)]
    pub model: ModelChoice,
    /// Whether the answer comes in pieces.
    pub stream: Option<bool>,
    /// The run neither sees nor adds to the history.
    pub stateless: Option<bool>,
    /// Added to the instructions.
    pub context: Option<String>,
}

/// What an agent is asked: a string, or a text with images.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Prompt {
    /// The text alone.
    Text(String),
    /// A text with images.
    WithImages {
        /// The text; none if absent.
        text: Option<String>,
        /// The images, behind the text.
        #[serde(default)]
        #[schemars(length(max = 16))]
        images: Vec<PromptImage>,
    },
}

/// An image of a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct PromptImage {
    /// Base64.
    pub data: String,
    /// Such as "image/png".
    pub media_type: String,
}

//! What models answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a model answered, all turns together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    /// The answer of the last turn.
    pub text: String,
    /// What the text says, if a `schema` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Value>,
    /// What the model showed of its thoughts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    /// The model that answered, without its provider.
    pub model: String,
    /// The provider of that model.
    pub provider: String,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    /// Of all turns together.
    pub usage: Usage,
    /// How often a model was called.
    pub turns: usize,
    /// The first 256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCallEnd>>,
    /// Where the passages are from that the agent was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citations: Option<Vec<Citation>>,
    /// The agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// From the request to the answer, in milliseconds.
    pub duration_ms: u64,
    /// Why no model was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// What replies used. Counts that the provider did not report are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// Tokens that the model read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Tokens that the model wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// As the provider counts both together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_tokens: Option<u64>,
    /// Those of the input that the provider had kept from before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached_input_tokens: Option<u64>,
    /// Those of the output that were thoughts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// Decimal US dollars; absent if a price is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
}

/// Where a passage is from that an agent was given.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// By which the answer may cite it, from 1.
    pub number: u64,
    /// The collection's name.
    pub collection: String,
    /// The document's.
    pub id: String,
    /// Its number in the document, from 1.
    pub chunk: u64,
    /// The first byte of it in the document's text, from 0.
    pub start: u64,
    /// The first byte behind it.
    pub end: u64,
    /// Where the document is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// To be compared within one collection only.
    pub score: f64,
}

/// A tool call that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCallEnd {
    /// The call's id, unique in its turn.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// Whether the tool gave a result and no failure.
    pub ok: bool,
}

/// A tool call as a model makes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCall {
    /// Unique in its turn.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// An object, by the tool's parameters.
    #[schemars(with = "Map<String, Value>")]
    pub arguments: Value,
}

/// A [`ToolCall`] that is written without a copy of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ToolCallRef<'a> {
    /// Unique in its turn.
    pub id: &'a str,
    /// The tool's name.
    pub name: &'a str,
    /// An object, by the tool's parameters.
    pub arguments: &'a Value,
}

/// A piece of a streamed reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chunk {
    /// Of the answer.
    Text(String),
    /// Of what the model shows of its thoughts.
    Reasoning(String),
    /// A call begins.
    Tool(ToolCall),
    /// A call has ended.
    ToolResult(ToolCallEnd),
    /// What came so far is not the answer: the model is asked again, for this reason.
    Again(String),
}

/// The result of `embed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Embeddings {
    /// One for each text, in order.
    pub embeddings: Vec<Vec<f32>>,
    /// The model that made them, without its provider.
    pub model: String,
    /// The provider of that model.
    pub provider: String,
    /// What they took.
    pub usage: Usage,
    /// From the request to the answer, in milliseconds.
    pub duration_ms: u64,
}

/// The result of `rerank`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranking {
    /// Best first.
    pub results: Vec<Ranked>,
    /// The model that ranked, without its provider.
    pub model: String,
    /// The provider of that model.
    pub provider: String,
    /// What it took.
    pub usage: Usage,
    /// From the request to the answer, in milliseconds.
    pub duration_ms: u64,
}

/// A document and its relevance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranked {
    /// From 0.
    pub index: usize,
    /// To be compared with others of the same result only.
    pub score: f64,
    /// The document itself; null if the provider named one that there is not.
    pub document: Option<String>,
}

/// The details of a failure of models, besides those of its code: what was used until then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spent {
    /// Of all turns together.
    pub usage: Usage,
    /// How often a model was called.
    pub turns: usize,
    /// How many tools were called.
    pub tool_calls: usize,
}

/// The details of a failure "invalid-output".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InvalidOutput<'a> {
    /// The model's last answer.
    pub text: &'a str,
}

/// How many tokens texts have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// One for each text.
    pub tokens: Vec<u64>,
    /// Whether the model's own tokenizer counted them; else each byte counts as one.
    pub exact: bool,
}

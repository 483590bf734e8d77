//! The JSON of the interface `agent`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a model answered, all turns together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    pub text: String,
    /// What the text says, if a `schema` was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Value>,
    /// What the model showed of its thoughts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<String>,
    pub model: String,
    pub provider: String,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish_reason: Option<String>,
    pub usage: Usage,
    pub turns: usize,
    /// The first 256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCallEnd>>,
    /// The agent's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    pub duration_ms: u64,
    /// Why no model was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// What replies used. Counts that the provider did not report are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
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

/// A tool call that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCallEnd {
    pub id: String,
    pub name: String,
    pub ok: bool,
}

/// A tool call as a model makes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ToolCall {
    pub id: String,
    pub name: String,
    #[schemars(with = "Map<String, Value>")]
    pub arguments: Value,
}

/// A piece of a streamed reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chunk {
    Text(String),
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
    pub model: String,
    pub provider: String,
    pub usage: Usage,
    pub duration_ms: u64,
}

/// The result of `rerank`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranking {
    /// Best first.
    pub results: Vec<Ranked>,
    pub model: String,
    pub provider: String,
    pub usage: Usage,
    pub duration_ms: u64,
}

/// A document and its relevance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ranked {
    /// From 0.
    pub index: usize,
    /// To be compared with others of the same result only.
    pub score: f64,
    pub document: Option<String>,
}

/// A provider as spells may know it: no key, and no address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Provider {
    pub name: String,
    pub kind: String,
    /// Whether the key it needs is set.
    pub available: bool,
    pub capabilities: Capabilities,
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
    pub streaming: bool,
    pub images: bool,
    pub tools: bool,
    pub structured_output: bool,
    pub embeddings: bool,
    pub rerank: bool,
}

/// A model of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    pub id: String,
    pub context_tokens: Option<u32>,
    pub output_tokens: Option<u32>,
    pub images: bool,
    pub tools: bool,
    pub structured_output: bool,
    pub reasoning: bool,
}

/// How an agent is, and what its runs used so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Status {
    pub state: AgentState,
    /// Runs that are in progress.
    pub running: u64,
    pub runs: u64,
    pub completed: u64,
    pub failed: u64,
    pub turns: u64,
    pub tool_calls: u64,
    pub usage: Usage,
    /// Of all runs together.
    pub duration_ms: u64,
    pub history: HistorySize,
    /// The last 32.
    pub states: Vec<StateChange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LastError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Hooks are asked whether it may begin.
    Initializing,
    Ready,
    Running,
    Paused,
    Error,
    Terminated,
}

/// How long an agent's history is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistorySize {
    pub turns: usize,
    pub messages: usize,
    /// Estimated.
    pub tokens: usize,
}

/// When an agent came into a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateChange {
    pub state: AgentState,
    /// Since the run of the spell began.
    pub elapsed_ms: u64,
}

/// Why an agent is in the state "error", or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastError {
    pub code: String,
    pub message: String,
}

/// An agent's definition, with what the host filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Description {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// "provider/model".
    pub model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stateless: Option<bool>,
    pub history: HistoryBounds,
    #[serde(flatten)]
    pub options: GenerationOptions,
    /// Absent where hooks see the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// How much of its history an agent keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryBounds {
    #[serde(default = "default_messages")]
    #[schemars(range(max = 10_000))]
    pub messages: usize,
    /// Estimated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub tokens: Option<u64>,
}

fn default_messages() -> usize {
    100
}

/// Work options: fields of a request, a definition or the options of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GenerationOptions {
    #[serde(flatten)]
    pub settings: Settings,
    /// Names of tools that the model may call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    pub tools: Option<Vec<String>>,
    /// How many calls of one turn may be in progress at once; 8 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 32))]
    pub parallel_tools: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<ToolChoice>,
    /// How often the model may be called; 10 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub max_turns: Option<u64>,
    /// The JSON Schema that the answer has to conform to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// Of one run: they can only lower what applies to the spell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<RunLimits>,
}

/// Settings: fields of a request, a definition or the options of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 2.0))]
    pub temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub top_p: Option<f64>,
    /// At most 64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<OneOrMany>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Reasoning>,
}

/// A string, or a list of strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// How much a model thinks before it answers: a word, or a number of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Reasoning {
    Effort(Effort),
    Tokens(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    Off,
    Minimal,
    Low,
    Medium,
    High,
}

/// Whether a model may or has to call tools. "required" and a tool's name apply to the first turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolChoice {
    Auto,
    None,
    Required,
    Tool(String),
}

/// What one run of an agent may use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub time_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<u64>,
    /// How deep calls of the spell's functions may nest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub depth: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub tokens: Option<u64>,
    /// Decimal US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<String>,
    /// Can't be enforced for an agent: a value below the spell's own limit is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub memory_bytes: Option<u64>,
}

/// A message of a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    pub role: Role,
    #[serde(default = "no_text")]
    pub content: Content,
    /// Of the assistant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCall>,
    /// Of a tool: the call that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
}

fn no_text() -> Content {
    Content::Text(String::new())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    System,
    User,
    Assistant,
    Tool,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Content {
    Text(String),
    /// Images are the user's only.
    Parts(Vec<Part>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Part {
    Text {
        text: String,
    },
    Image {
        /// Base64.
        data: String,
        media_type: String,
    },
}

/// The request of `complete`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct CompleteRequest {
    /// The last one is the user's.
    #[schemars(length(min = 1))]
    pub messages: Vec<Message>,
    #[serde(flatten)]
    pub model: ModelChoice,
    #[serde(flatten)]
    pub options: GenerationOptions,
    pub stream: Option<bool>,
}

/// Which model is meant; without any of these, the default model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct ModelChoice {
    /// "provider/model", or the model's name alone.
    pub model: Option<String>,
    pub provider: Option<String>,
    /// Of a configured provider.
    pub base_url: Option<String>,
}

/// The request of `embed`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct EmbedRequest {
    /// At most 10,000.
    pub input: OneOrMany,
    #[serde(flatten)]
    pub model: ModelChoice,
    #[schemars(range(min = 1, max = 8192))]
    pub dimensions: Option<u64>,
    pub purpose: Option<Purpose>,
}

/// What vectors are for; "document" if absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Document,
    Query,
}

/// The request of `rerank`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct RerankRequest {
    pub query: String,
    #[schemars(length(min = 1, max = 10_000))]
    pub documents: Vec<String>,
    #[serde(flatten)]
    pub model: ModelChoice,
    /// How many results to return.
    #[schemars(range(min = 1, max = 10_000))]
    pub top: Option<u64>,
}

/// The definition that `create` takes.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct Definition {
    #[schemars(length(min = 1, max = 128))]
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(flatten)]
    pub model: ModelChoice,
    /// The instructions.
    pub system: Option<String>,
    #[serde(flatten)]
    pub options: GenerationOptions,
    /// No run sees or adds to the history.
    pub stateless: Option<bool>,
    pub history: Option<HistoryBounds>,
}

/// The options of an agent's run; they override the agent's own.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
pub struct RunOptions {
    #[serde(flatten)]
    pub options: GenerationOptions,
    #[serde(flatten)]
    pub model: ModelChoice,
    pub stream: Option<bool>,
    pub stateless: Option<bool>,
    /// Added to the instructions.
    pub context: Option<String>,
}

/// What an agent is asked: a string, or a text with images.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Prompt {
    Text(String),
    WithImages {
        text: Option<String>,
        #[serde(default)]
        #[schemars(length(max = 16))]
        images: Vec<PromptImage>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
pub struct PromptImage {
    /// Base64.
    pub data: String,
    pub media_type: String,
}

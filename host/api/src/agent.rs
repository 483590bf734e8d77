//! The JSON of the interface `agent`.

mod event;
mod message;
mod options;
mod provider;
mod reply;
mod request;
mod status;

pub use event::{AgentName, CompletedEvent, FailedEvent, RedirectedEvent, StartedEvent};
pub use message::{Content, Message, Part, Role};
pub use options::{Effort, GenerationOptions, HistoryBounds, OneOrMany, Reasoning, RunLimits, Settings, ToolChoice};
pub use provider::{Capabilities, Model, Provider};
pub use reply::{
    Chunk, Citation, Counted, Embeddings, InvalidOutput, Ranked, Ranking, Reply, Spent, ToolCall, ToolCallEnd,
    ToolCallRef, Usage,
};
pub use request::{
    CompleteRequest, CountRequest, Definition, EmbedRequest, KnowledgeSource, MemoryPlace, ModelChoice, Prompt,
    PromptImage, Purpose, RerankRequest, RunOptions,
};
pub use status::{AgentState, Description, HistorySize, LastError, StateChange, Status};

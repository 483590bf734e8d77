//! Language models by name: conversations with tools, embeddings and reranking, over Rig.
//!
//! No wasmtime here, and no Rig type leaves this crate: Rig breaks its API every few weeks.

#![deny(missing_docs)]

mod apart;
mod check;
mod config;
mod connect;
mod conversation;
mod double;
mod embed;
mod error;
mod estimate;
mod exchange;
mod failure;
mod history;
mod http;
mod image;
mod listing;
mod message;
mod model_facts;
mod model_list;
mod model_name;
mod models;
mod names;
mod places;
mod provider;
mod question;
mod quiet;
mod redact;
mod refusal;
mod reply;
mod request;
mod run;
mod said;
mod script;
mod secret;
mod settings;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tools;
mod turn;
mod usage;

pub use check::{Checked, Need};
pub use config::{RawProvider, builtin};
pub use conversation::{Conversation, PendingCall, Step};
pub use embed::{Embed, Embedded, Purpose, Rerank, Reranked, Unserved};
pub use error::ModelError;
pub use exchange::{Delta, ExchangeError, ReplySink};
pub use history::History;
pub use image::Image;
pub use llmspell_base::provider_kind::Kind;
pub use message::{Message, Part, Role, ToolCall};
pub use model_facts::{ModelFacts, RawModelFacts};
pub use model_name::ModelName;
pub use models::Models;
pub use provider::{Api, Provider, Retries, Timeouts};
pub use question::Question;
pub use redact::Redactor;
pub use reply::{Reply, Turn};
pub use request::Request;
pub use run::Run;
pub use script::{Script, ScriptError};
pub use secret::Secret;
pub use settings::{Reasoning, Settings, ToolChoice, ToolSpec};
pub use tools::{Call, ToolAnswer};
pub use usage::Usage;

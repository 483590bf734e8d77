//! Models by name.
//!
//! Plain Rust: no wasmtime here, and no Rig type leaves this folder. Rig breaks its API every few weeks, so the rest
//! of the host knows only the types below.

mod config;
mod connect;
mod delegate;
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
mod names;
mod places;
mod provider;
mod question;
mod quiet;
mod redact;
mod reply;
mod run;
mod script;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod tools;
mod turn;

pub use config::{RawProvider, builtin};
pub use delegate::{After, Before, Call, Delegate, FailedTurn, Remedy, Request, ToolAnswer, ToolEvent, Turn};
pub use embed::{Embed, Embedded, Purpose, Rerank, Reranked, Unserved};
pub use error::ModelError;
pub use estimate::Estimate;
pub use history::History;
pub use image::Image;
pub use llmspell_base::provider_kind::Kind;
pub use message::{Message, Part, Role, ToolCall};
pub use names::ModelName;
pub use provider::{Api, Provider, Retries, Secret, Timeouts};
pub use question::Question;
pub use reply::{Reply, Usage};
pub use run::{Run, RunError, RunReply};
pub use script::{Script, ScriptError};
pub use settings::{Reasoning, Settings, ToolChoice, ToolSpec};

use std::collections::BTreeMap;
use std::sync::Arc;

use connect::{Connection, Target};
use double::Double;
use names::{check_name, find};
use places::Tenants;

/// What a spell can ask: the operator's providers, or one double that stands in for all of them.
#[derive(Clone)]
pub struct Models {
    source: Arc<Source>,
    tenants: Tenants,
}

enum Source {
    /// `default_provider`: as the operator chose it.
    Providers {
        connections: BTreeMap<String, Connection>,
        default_provider: Option<String>,
    },
    Double(Double),
}

impl From<Source> for Models {
    fn from(source: Source) -> Models {
        Models { source: Arc::new(source), tenants: Tenants::default() }
    }
}

impl Models {
    /// The operator's providers. A reply over `reply_bytes` is "too-large".
    ///
    /// Refuses ("invalid") what could send a key where it does not belong; connects to nobody yet.
    pub fn new(
        providers: Vec<Provider>,
        default_provider: Option<String>,
        reply_bytes: usize,
    ) -> Result<Models, ModelError> {
        let mut connections = BTreeMap::new();
        for provider in providers {
            let name = provider.name.clone();
            let connection = Connection::new(provider, reply_bytes)?;
            if connections.insert(name.clone(), connection).is_some() {
                return Err(ModelError::invalid(format!("provider '{name}' is configured twice")));
            }
        }
        if let Some(name) = &default_provider
            && !connections.contains_key(name)
        {
            return Err(ModelError::no_provider(name, connections.keys().map(String::as_str)));
        }
        Ok(Models::from(Source::Providers { connections, default_provider }))
    }

    /// A double that asks nobody and says so: for `--offline`.
    ///
    /// It has no tokenizer: its usage counts words.
    pub fn offline() -> Models {
        Models::from(Source::Double(Double::Offline))
    }

    /// A double that plays the operator's script: for `--model-script`.
    pub fn scripted(script: Script) -> Models {
        Models::from(Source::Double(Double::Scripted(script)))
    }

    /// The configured providers by name; none with a double.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        let connections = match &*self.source {
            Source::Providers { connections, .. } => Some(connections.values()),
            Source::Double(_) => None,
        };
        connections.into_iter().flatten().map(Connection::provider)
    }

    /// The name of the double that answers instead of the providers, if one does.
    pub fn double(&self) -> Option<&'static str> {
        match &*self.source {
            Source::Providers { .. } => None,
            Source::Double(double) => Some(double.name()),
        }
    }

    /// Who answers for a model.
    fn target(&self, name: &ModelName) -> Result<Target<'_>, ModelError> {
        match &*self.source {
            Source::Double(double) => Ok(Target::Double(double)),
            Source::Providers { connections, .. } => Ok(Target::Provider(find(connections, &name.provider)?)),
        }
    }
}
